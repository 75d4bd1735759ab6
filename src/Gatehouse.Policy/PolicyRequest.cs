namespace Gatehouse.Policy;

/// <summary>One question to the decision point.</summary>
/// <param name="Server">Name of the server in the configuration.</param>
/// <param name="Method">JSON-RPC method.</param>
/// <param name="Target">What kind of thing is named.</param>
/// <param name="Name">The tool's or prompt's name or the resource's URI; null when nothing is named.</param>
/// <param name="KnownMethod">False for methods of no revision: only a rule that names them permits them (ST-05).</param>
public readonly record struct PolicyRequest(
    string Server, string Method, PolicyTarget Target = PolicyTarget.None, string? Name = null, bool KnownMethod = true)
{
    /// <summary>Which way the request goes.</summary>
    public PolicyDirection Direction { get; init; } = PolicyDirection.Calls;
}
