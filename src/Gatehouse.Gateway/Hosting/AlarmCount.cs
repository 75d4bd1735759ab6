namespace Gatehouse.Gateway.Hosting;

/// <summary>The alarms of one kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Count">Their number since the start.</param>
/// <param name="Last">The last of them.</param>
internal readonly record struct AlarmCount(string Kind, long Count, DateTimeOffset Last);
