namespace Gatehouse.Pipeline.Definitions;

/// <summary>Whose sight of a server counts as the first, by which it is trusted for every caller.</summary>
/// <param name="IsOfCallers">True where a caller's session shows it; false where only a session of the gateway's own does.</param>
internal sealed record FirstUseScope(bool IsOfCallers);
