using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>One request that two policies judge differently.</summary>
/// <param name="IsPermitted">True: the new policy permits what the old one did not. False: it no longer permits what the old one did.</param>
/// <param name="Rule">The permit by which it is, or was, permitted.</param>
/// <param name="Caller">A caller with different verdicts. Where <paramref name="IsCertain"/> is false, the verdicts may be different.</param>
/// <param name="Request">A request for which they do.</param>
/// <param name="IsCertain">True when both policies were asked about this request and gave different answers. False: undecidable here.</param>
public sealed record PolicyDifference(bool IsPermitted, PolicyRule Rule, PolicyCaller Caller, PolicyRequest Request, bool IsCertain);
