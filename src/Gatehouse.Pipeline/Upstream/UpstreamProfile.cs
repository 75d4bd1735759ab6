using Gatehouse.Pipeline.Capabilities;

namespace Gatehouse.Pipeline.Upstream;

/// <summary>The revisions that a server supports, as probed (G19).</summary>
/// <param name="Modern">Modern revisions; empty for a legacy-only server.</param>
/// <param name="Legacy">Legacy revisions known; empty for a modern-only server.</param>
public sealed record UpstreamProfile(IReadOnlyList<string> Modern, IReadOnlyList<string> Legacy)
{
    /// <summary>The capabilities that the server declares; null when it was not asked, or did not answer in a known form.</summary>
    public ServerCapabilities? Declared { get; init; }

    /// <summary>True when it began a session with the handshake of the legacy era; null when that was not tried.</summary>
    public bool? IssuesSessions { get; init; }

    /// <summary>All revisions, newest first.</summary>
    public IReadOnlyList<string> All { get; } = [.. Modern, .. Legacy];
}
