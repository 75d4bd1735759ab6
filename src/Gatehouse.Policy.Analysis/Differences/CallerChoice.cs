using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Index;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>A caller under construction.</summary>
/// <param name="Caller">The choices so far.</param>
/// <param name="Bits">The rules to be avoided that it still satisfies.</param>
/// <param name="Literals">Names chosen because a condition compares with them.</param>
internal sealed record CallerChoice(PolicyCaller Caller, ulong[] Bits, string Literals)
{
    public CallerChoice And(UniverseAtom atom, Func<PolicyCaller, PolicyCaller> set, ulong[] bits)
    {
        var narrowed = (ulong[])Bits.Clone();
        RuleBits.And(narrowed, bits);
        return new CallerChoice(set(Caller), narrowed, atom.IsLiteral ? $"{Literals} {atom.Value}" : Literals);
    }

    /// <summary>Returns true when the other satisfies no rule that this one does not: it serves at least as well.</summary>
    public bool IsNoBetterThan(CallerChoice other)
    {
        if (Literals != other.Literals) return false;
        for (var i = 0; i < Bits.Length; i++)
        {
            if ((other.Bits[i] & ~Bits[i]) != 0) return false;
        }

        return true;
    }
}
