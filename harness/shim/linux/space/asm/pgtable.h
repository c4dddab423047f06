/* Entries of the second level that map huge pages, which ARCH=um has not: a bit of their own says so. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_ASM_PGTABLE_H
#define MEMORACLE_SHIM_ASM_PGTABLE_H

#include_next <asm/pgtable.h>

#if defined(CONFIG_TRANSPARENT_HUGEPAGE) && !defined(__ASSEMBLY__)
#define _PAGE_HUGE 0x200

/* One that is being changed counts as present, too. */
#undef pmd_present
#define pmd_present(pmd) (pmd_val(pmd) & (_PAGE_PRESENT | _PAGE_HUGE))
#define pmd_leaf(pmd) pmd_trans_huge(pmd)
#define pmd_young pmd_young
#define pmd_dirty pmd_dirty
#define pmd_write pmd_write
#define mk_pmd(page, prot) pfn_pmd(page_to_pfn(page), prot)
#define update_mmu_cache_pmd(vma, addr, pmd)                                                       \
	do {                                                                                       \
	} while (0)

#define PMD_HAS(name, bit)                                                                         \
	static inline int name(pmd_t pmd)                                                          \
	{                                                                                          \
		return (pmd_val(pmd) & (bit)) != 0;                                                \
	}
#define PMD_WITH(name, bits)                                                                       \
	static inline pmd_t name(pmd_t pmd)                                                        \
	{                                                                                          \
		return __pmd(pmd_val(pmd) | (bits));                                               \
	}
#define PMD_WITHOUT(name, bits)                                                                    \
	static inline pmd_t name(pmd_t pmd)                                                        \
	{                                                                                          \
		return __pmd(pmd_val(pmd) & ~(unsigned long)(bits));                               \
	}
PMD_HAS(pmd_trans_huge, _PAGE_HUGE)
PMD_HAS(pmd_young, _PAGE_ACCESSED)
PMD_HAS(pmd_dirty, _PAGE_DIRTY)
PMD_HAS(pmd_write, _PAGE_RW)
PMD_WITH(pmd_mkyoung, _PAGE_ACCESSED)
PMD_WITH(pmd_mkdirty, _PAGE_DIRTY)
PMD_WITH(pmd_mkhuge, _PAGE_HUGE)
PMD_WITHOUT(pmd_wrprotect, _PAGE_RW)
PMD_WITHOUT(pmd_mkold, _PAGE_ACCESSED)
PMD_WITHOUT(pmd_mkclean, _PAGE_DIRTY)
PMD_WITHOUT(pmd_mkinvalid, _PAGE_PRESENT | _PAGE_PROTNONE)

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
PMD_WITH(pmd_mkwrite_novma, _PAGE_RW)
static inline pmd_t pmd_mkwrite(pmd_t pmd, struct vm_area_struct *vma)
{
	return pmd_mkwrite_novma(pmd);
}
#else
PMD_WITH(pmd_mkwrite, _PAGE_RW)
#endif

static inline pmd_t pmd_modify(pmd_t pmd, pgprot_t prot)
{
	return __pmd((pmd_val(pmd) & (_PAGE_CHG_MASK | _PAGE_HUGE)) | pgprot_val(prot));
}

static inline void set_pmd_at(struct mm_struct *mm, unsigned long addr, pmd_t *at, pmd_t pmd)
{
	*at = pmd;
}

#define pmdp_establish pmdp_establish
static inline pmd_t pmdp_establish(struct vm_area_struct *vma, unsigned long addr, pmd_t *at,
				   pmd_t pmd)
{
	pmd_t old = *at;

	*at = pmd;
	return old;
}

/* That of ARCH=um adds the count of pages, not one, to the page frame number: wrong for every large folio. */
#undef set_ptes
#define set_ptes shim_set_ptes
static inline void shim_set_ptes(struct mm_struct *mm, unsigned long addr, pte_t *at, pte_t pte,
				 int count)
{
	for (int i = 0; i < count; i++)
		set_pte(at + i, __pte(pte_val(pte) + ((unsigned long)i << PAGE_SHIFT)));
}
#endif

#endif
