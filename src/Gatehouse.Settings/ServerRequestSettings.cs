namespace Gatehouse.Settings;

/// <summary>Bounds on the requests of a server to clients. The policy decides whether it may send any.</summary>
public sealed record ServerRequestSettings
{
    /// <summary>The widest context that a server may request with sampling. Default none.</summary>
    public SamplingContext SamplingContext { get; init; } = SamplingContext.None;

    /// <summary>Largest <c>params</c> of a sampling request in bytes.</summary>
    public int SamplingBytes { get; init; } = 256 << 10;

    /// <summary>Most tokens that a server may have the client's model write with one request.</summary>
    public int SamplingTokens { get; init; } = 16_384;
}
