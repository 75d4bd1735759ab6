using Gatehouse.Policy.Analysis.Testing;

namespace Gatehouse.Policy.Analysis.WhoCan;

/// <summary>A tool, prompt or resource of a server.</summary>
/// <param name="Server">The server.</param>
/// <param name="Target">The kind of the target.</param>
/// <param name="Name">Its name or URI.</param>
public sealed record PolicyResource(string Server, PolicyTarget Target, string Name)
{
    /// <summary>Returns the request that uses the target.</summary>
    public PolicyRequest ToRequest() =>
        PolicyRequests.For(Target switch { PolicyTarget.Tool => "calls", PolicyTarget.Prompt => "gets", _ => "reads" }, Server, Name);

    /// <inheritdoc />
    public override string ToString() => $"{Server} {Target.ToString().ToLowerInvariant()} {Name}";
}
