namespace Gatehouse.Policy.Analysis.Testing;

/// <summary>One case that a policy must decide in one way.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Line">Line in its file, from 1.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Request">What is asked.</param>
/// <param name="Expected">The verdict that must come.</param>
/// <param name="Rule">The rule that must make it; null for any.</param>
public sealed record PolicyCase(string Name, int Line, PolicyCaller Caller, PolicyRequest Request, PolicyEffect Expected, string? Rule);
