using Microsoft.CodeAnalysis;

namespace Gatehouse.Analyzers.Findings;

/// <summary>One finding of the analysis.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Place">The place of the use.</param>
/// <param name="Source">The parameter whose content arrives there, or null.</param>
internal sealed record TaintFinding(DiagnosticDescriptor Rule, Location Place, IParameterSymbol? Source);
