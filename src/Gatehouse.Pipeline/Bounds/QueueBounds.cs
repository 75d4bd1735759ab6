namespace Gatehouse.Pipeline.Bounds;

/// <summary>Bounds of the requests that a server serves concurrently, and of those that wait.</summary>
/// <param name="Places">Concurrent requests; at least 1.</param>
/// <param name="Share">Percentage of the places that one caller gets while half of them or more are taken, 1 to 100.</param>
/// <param name="PerCaller">Requests of one caller that wait; with 0 no request waits.</param>
/// <param name="Total">Requests of all callers that wait.</param>
/// <param name="Patience">Longest wait of a request.</param>
internal readonly record struct QueueBounds(int Places, int Share, int PerCaller, int Total, TimeSpan Patience);
