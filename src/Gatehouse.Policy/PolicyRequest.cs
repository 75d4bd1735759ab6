namespace Gatehouse.Policy;

/// <summary>One question to the decision point.</summary>
/// <param name="Server">Name of the server in the configuration.</param>
/// <param name="Method">JSON-RPC method.</param>
/// <param name="Target">The kind of the target.</param>
/// <param name="Name">The tool's or prompt's name or the resource's URI, or null when nothing is named.</param>
/// <param name="KnownMethod">False for methods of no revision: only a rule that names them permits them (ST-05).</param>
public readonly record struct PolicyRequest(
    string Server, string Method, PolicyTarget Target = PolicyTarget.None, string? Name = null, bool KnownMethod = true)
{
    /// <summary>The direction of the request.</summary>
    public PolicyDirection Direction { get; init; } = PolicyDirection.Calls;

    /// <summary>The arguments as JSON, validated as one object without duplicate names. Empty when there are none.</summary>
    public ReadOnlyMemory<byte> Arguments { get; init; }

    /// <summary>
    /// True when the arguments are not part of the question: completion, a subscription. Lists and requests without a target leave them open by
    /// themselves.
    /// </summary>
    public bool OpenArguments { get; init; }

    /// <summary>True when <see cref="Name"/> is a URI template (RFC 6570) and the question is whether any resource of it could be used.</summary>
    public bool IsTemplate { get; init; }

    /// <summary>The moment when the request came, for conditions on time; without it they are undecidable.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Protocol revision of the request, for an external decision point. No rule of the policy language reads it.</summary>
    public string? Revision { get; init; }

    /// <summary>
    /// True for a question about a template that is being completed. The answer shows all its expansions together, so a permit counts only when it
    /// covers all of them, and a forbid when it names any.
    /// </summary>
    internal bool Completes => IsTemplate && Method == "completion/complete";

    /// <summary>
    /// True when a person can be asked about the request: it does something to a target, or has a method of no revision, which may do anything.
    /// Handshakes, pings and lists do nothing to a target.
    /// </summary>
    public bool ActsOnTarget => Target != PolicyTarget.None || !KnownMethod;

    /// <summary>True when the answer may not depend on arguments, because they are not known yet.</summary>
    public bool LeavesArgumentsOpen => OpenArguments || Direction != PolicyDirection.Calls || Target == PolicyTarget.None || IsTemplate;
}
