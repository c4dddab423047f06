/* Four levels of page tables, as x86-64 has them: ARCH=um has three up to Linux 6.13, and then no more than 2^39 bytes. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_ASM_PGTABLE_LEVELS_H
#define MEMORACLE_SHIM_ASM_PGTABLE_LEVELS_H

#include <asm-generic/pgtable-nop4d.h>

#define PGDIR_SHIFT 39
#define PGDIR_SIZE (1UL << PGDIR_SHIFT)
#define PGDIR_MASK (~(PGDIR_SIZE - 1))
#define PUD_SHIFT 30
#define PUD_SIZE (1UL << PUD_SHIFT)
#define PUD_MASK (~(PUD_SIZE - 1))
#define PMD_SHIFT 21
#define PMD_SIZE (1UL << PMD_SHIFT)
#define PMD_MASK (~(PMD_SIZE - 1))

#define PTRS_PER_PGD 512
#define PTRS_PER_PUD 512
#define PTRS_PER_PMD 512
#define PTRS_PER_PTE 512
#define USER_PTRS_PER_PGD ((TASK_SIZE + (PGDIR_SIZE - 1)) / PGDIR_SIZE)

typedef struct {
	unsigned long pud;
} pud_t;
#define pud_val(x) ((x).pud)
#define __pud(x) ((pud_t){ (x) })

#define pte_ERROR(e) printk("bad pte %p\n", &(e))
#define pmd_ERROR(e) printk("bad pmd %p\n", &(e))
#define pud_ERROR(e) printk("bad pud %p\n", &(e))
#define pgd_ERROR(e) printk("bad pgd %p\n", &(e))

/* An entry of an upper level: none, or the page frame of a table below. */
#define ENTRY_NONE(value) (!((value) & ~_PAGE_NEWPAGE))
#define ENTRY_BAD(value) (((value) & (~PAGE_MASK & ~_PAGE_USER)) != _KERNPG_TABLE)
#define ENTRY_TABLE(value) __va((value)&PAGE_MASK)

#define pud_none(x) ENTRY_NONE(pud_val(x))
#define pud_bad(x) ENTRY_BAD(pud_val(x))
#define pud_present(x) (pud_val(x) & _PAGE_PRESENT)
#define pud_page(x) phys_to_page(pud_val(x) & PAGE_MASK)
#define pud_pgtable(x) ((pmd_t *)ENTRY_TABLE(pud_val(x)))
#define set_pud(at, value) (*(at) = (value))
#define pud_clear(at) set_pud(at, __pud(_PAGE_NEWPAGE))
#define pud_populate(mm, at, table) set_pud(at, __pud(_PAGE_TABLE + __pa(table)))

#define p4d_none(x) ENTRY_NONE(p4d_val(x))
#define p4d_bad(x) ENTRY_BAD(p4d_val(x))
#define p4d_present(x) (p4d_val(x) & _PAGE_PRESENT)
#define p4d_page(x) phys_to_page(p4d_val(x) & PAGE_MASK)
#define p4d_pgtable(x) ((pud_t *)ENTRY_TABLE(p4d_val(x)))
#define set_p4d(at, value) (*(at) = (value))
#define p4d_clear(at) set_p4d(at, __p4d(_PAGE_NEWPAGE))
#define p4d_populate(mm, at, table) set_p4d(at, __p4d(_PAGE_TABLE + __pa(table)))
#define set_pmd(at, value) (*(at) = (value))

static inline unsigned long pte_pfn(pte_t pte)
{
	return phys_to_pfn(pte_val(pte));
}

static inline pte_t pfn_pte(unsigned long pfn, pgprot_t prot)
{
	return __pte(pfn_to_phys(pfn) | pgprot_val(prot));
}

static inline pmd_t pfn_pmd(unsigned long pfn, pgprot_t prot)
{
	return __pmd((pfn << PAGE_SHIFT) | pgprot_val(prot));
}

/* Tables that go are gathered until no CPU can be walking them. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define __pud_free_tlb(tlb, table, address)                                                        \
	do {                                                                                       \
		pagetable_pud_dtor(virt_to_ptdesc(table));                                         \
		tlb_remove_page_ptdesc((tlb), virt_to_ptdesc(table));                              \
	} while (0)
#else
#define __pud_free_tlb(tlb, table, address) tlb_remove_page((tlb), virt_to_page(table))
#endif

#endif
