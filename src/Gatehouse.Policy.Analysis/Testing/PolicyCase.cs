namespace Gatehouse.Policy.Analysis.Testing;

/// <summary>One case that a policy must decide in one way.</summary>
/// <param name="Name">The purpose of the case.</param>
/// <param name="Line">Line in its file, from 1.</param>
/// <param name="Caller">The caller.</param>
/// <param name="Request">The request.</param>
/// <param name="Expected">The verdict that must come.</param>
/// <param name="Rule">The rule that must make it, or null for any.</param>
public sealed record PolicyCase(string Name, int Line, PolicyCaller Caller, PolicyRequest Request, PolicyEffect Expected, string? Rule)
{
    /// <summary>Whether the permitted request must need the approval of a person; null for either.</summary>
    public bool? Approval { get; init; }

    /// <summary>
    /// Whether the server must refuse the token before the rules are asked. Null for either, where the rules refuse the request as well: a case about
    /// a rule must not pass because its caller lacks a scope.
    /// </summary>
    public bool? TokenRefused { get; init; }
}
