namespace Gatehouse.Gateway.Hosting;

/// <summary>Lines that local servers write to stderr, at a bounded rate (<see cref="LineRate"/>).</summary>
/// <param name="write">Receives the lines.</param>
/// <param name="time">The clock.</param>
internal sealed class RateLimitedOutput(Action<string> write, TimeProvider time)
{
    private readonly LineRate rate = new(time);

    /// <inheritdoc cref="LineRate.Omitted"/>
    public long Omitted => rate.Omitted;

    /// <summary>Writes a line or counts it.</summary>
    public void WriteLine(string line) => rate.Write(() => write(RateLimitedLogger.Cut(line)), WriteCount);

    /// <inheritdoc cref="LineRate.WriteOmitted"/>
    public void WriteOmitted() => rate.WriteOmitted(WriteCount);

    private void WriteCount(long count) => write($"omitted here: {Gatehouse.Text.Counted.Of(count, "line")} of local servers");
}
