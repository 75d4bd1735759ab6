using Microsoft.CodeAnalysis;

namespace Gatehouse.Analyzers.Taint;

/// <summary>A variable, or one member of it, whose whole content a value came from. A check of the value is a check of its origin.</summary>
/// <param name="Symbol">The variable.</param>
/// <param name="Member">The member, or null for the variable.</param>
internal readonly record struct Origin(ISymbol Symbol, string? Member)
{
    public bool Equals(Origin other) => SymbolEqualityComparer.Default.Equals(Symbol, other.Symbol) && Member == other.Member;

    public override int GetHashCode() => SymbolEqualityComparer.Default.GetHashCode(Symbol) ^ (Member?.GetHashCode() ?? 0);
}
