namespace Gatehouse.AuthZen;

/// <summary>Where a decision point is asked.</summary>
/// <param name="Single">For one question.</param>
/// <param name="Many">For several; null when it cannot answer several at once.</param>
internal sealed record DecisionPointEndpoints(Uri Single, Uri? Many);
