using Gatehouse.Pipeline.Capabilities;

namespace Gatehouse.Pipeline.Forward;

/// <summary>Which revisions a server speaks, as probed (G19).</summary>
/// <param name="Modern">Modern revisions; empty for a legacy-only server.</param>
/// <param name="Legacy">Legacy revisions known; empty for a modern-only server.</param>
public sealed record UpstreamProfile(IReadOnlyList<string> Modern, IReadOnlyList<string> Legacy)
{
    /// <summary>What the server declares; null where it was not asked, or has not said it in a form that is known here.</summary>
    public ServerCapabilities? Declared { get; init; }

    /// <summary>Whether it began a session with the handshake of the legacy era; null where that was not tried.</summary>
    public bool? IssuesSessions { get; init; }

    /// <summary>All revisions, newest first.</summary>
    public IReadOnlyList<string> All { get; } = [.. Modern, .. Legacy];
}
