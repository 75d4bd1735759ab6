namespace Gatehouse.Pipeline.Bounds;

/// <summary>How many a server serves at once and how many may wait for that.</summary>
/// <param name="Places">Requests under way at once; at least 1.</param>
/// <param name="Share">Percent of the places that one caller gets while half of them or more are taken, 1 to 100.</param>
/// <param name="PerCaller">Requests of one caller that wait; 0 lets nobody wait.</param>
/// <param name="Total">Requests of all callers that wait.</param>
/// <param name="Patience">How long one waits.</param>
internal readonly record struct QueueBounds(int Places, int Share, int PerCaller, int Total, TimeSpan Patience);
