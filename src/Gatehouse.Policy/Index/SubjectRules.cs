namespace Gatehouse.Policy.Index;

/// <summary>The rules that speak of one subject, in one policy.</summary>
internal sealed record SubjectRules(PolicyIndex Index, ulong[] Bits);
