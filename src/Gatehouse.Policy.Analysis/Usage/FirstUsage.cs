namespace Gatehouse.Policy.Analysis.Usage;

/// <summary>The first time that a subject used something.</summary>
/// <param name="At">The moment.</param>
/// <param name="Issuer">Issuer of the subject.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Server">The server.</param>
/// <param name="Method">The method.</param>
/// <param name="Name">The tool, prompt or resource.</param>
/// <param name="RuleId">The permit that decided.</param>
public sealed record FirstUsage(DateTimeOffset At, string Issuer, string Subject, string Server, string Method, string Name, string? RuleId);
