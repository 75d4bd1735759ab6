namespace Gatehouse.AuthZen;

/// <summary>The endpoints of a decision point.</summary>
/// <param name="Single">Endpoint for one question.</param>
/// <param name="Many">Endpoint for several questions; null when it cannot answer several in one request.</param>
internal sealed record DecisionPointEndpoints(Uri Single, Uri? Many);
