namespace Gatehouse.Pipeline.Definitions;

/// <summary>The scope of the first observation by which a server is trusted for every caller.</summary>
/// <param name="IsOfCallers">True when a caller's session counts; false when only a session of the gateway itself does.</param>
internal sealed record FirstUseScope(bool IsOfCallers);
