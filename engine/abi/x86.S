/* void rs_call_x86(void *frame, rs_fn fn);     cdecl
 * Loads the argument registers and stack words from the frame, calls, stores the result registers into it: for all
 * conventions of the CPU, which differ in where the planner puts things. System V ABI, Intel386 Architecture Processor
 * Supplement 1.1, 2.2. Offsets: x86.h. */
#include "abi/asm.h"
#include "abi/x86.h"

#if RS_ON_X86

rs_func rs_call_x86
        rs_enter
        pushl   %ebx
        rs_saved %ebx, -4
        movl    8(%ebp), %ebx                   /* the frame, needed after the call */

        movl    RS_X86_STACK_BYTES(%ebx), %eax
        subl    %eax, %esp
        andl    $-16, %esp
        testl   %eax, %eax
        jz      2f
        /* From high to low addresses: a stack that is too short meets its guard page first. */
1:      movl    RS_X86_STACK - 4(%ebx, %eax), %ecx
        movl    %ecx, -4(%esp, %eax)
        subl    $4, %eax
        jnz     1b

2:      movl    RS_X86_ECX(%ebx), %ecx
        movl    RS_X86_EDX(%ebx), %edx
        call    *12(%ebp)                       /* esp may come back higher: the callee has popped */

        movl    %eax, RS_X86_EAX(%ebx)
        movl    %edx, RS_X86_RESULT_EDX(%ebx)
        movl    RS_X86_POPPED(%ebx), %ecx
        andl    $RS_X86_IN_ST0, %ecx
        jz      5f                              /* else the value leaves the x87 stack, which is empty between calls */
        cmpl    $RS_X86_DOUBLE, %ecx
        je      3f
        ja      4f
        fstps   RS_X86_ST0(%ebx)
        jmp     5f
3:      fstpl   RS_X86_ST0(%ebx)
        jmp     5f
4:      fstpt   RS_X86_ST0(%ebx)
5:      movl    -4(%ebp), %ebx
        rs_restored %ebx
        rs_leave
rs_end rs_call_x86

#define AT(offset) ((offset) - (RS_X86_STACK - 8))(%ebp) /* of the frame */

/* Where trampolines jump: eax = the closure's slot (emit.h), arguments as the caller left them. The frame is made around
 * the stack words and what lies below them, so that these are in place; it is as aligned as the caller's stack, which on
 * Windows need not be more than a word's. */
rs_func rs_entry_x86
        rs_enter                                /* ebp: RS_X86_STACK - 8 of the frame */
        subl    $RS_X86_STACK - 8, %esp         /* esp: the frame */
        movl    %ecx, AT(RS_X86_ECX)
        movl    %edx, AT(RS_X86_EDX)

        movl    (%eax), %eax                    /* the closure */
        movl    %esp, %edx
        andl    $-16, %esp
        subl    $8, %esp
        pushl   %edx
        pushl   %eax
        call    *(%eax)                         /* its `run`: it has written the header */

        movl    AT(RS_X86_EAX), %eax
        movl    AT(RS_X86_RESULT_EDX), %edx
        movl    AT(RS_X86_POPPED), %ecx
        andl    $RS_X86_IN_ST0, %ecx
        jz      3f
        cmpl    $RS_X86_DOUBLE, %ecx
        je      1f
        ja      2f
        flds    AT(RS_X86_ST0)
        jmp     3f
1:      fldl    AT(RS_X86_ST0)
        jmp     3f
2:      fldt    AT(RS_X86_ST0)

3:      movl    AT(RS_X86_POPPED), %ecx
        andl    $~RS_X86_IN_ST0, %ecx
        jnz     4f
        rs_leave
        /* `ret n` with n in ecx: the return address moves over the last word that goes, so that a `ret` takes it, which
         * return predictors and shadow stacks expect. */
4:      leave
        .cfi_def_cfa %esp, 4
        .cfi_restore %ebp
        popl    -4(%esp, %ecx)                  /* counted from where esp is after the pop */
        .cfi_undefined 8                        /* eip: how far up it lies depends on ecx */
        leal    -4(%esp, %ecx), %esp
        ret
rs_end rs_entry_x86

#endif
