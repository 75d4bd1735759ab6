namespace Gatehouse.Settings;

/// <summary>Bounds on what a server may ask of clients; whether it may ask at all is for the policy to say.</summary>
public sealed record ServerRequestSettings
{
    /// <summary>The widest context a server may ask for with sampling. Default none.</summary>
    public SamplingContext SamplingContext { get; init; } = SamplingContext.None;

    /// <summary>Largest <c>params</c> of a sampling request in bytes. Default 256 KiB.</summary>
    public int SamplingBytes { get; init; } = 256 << 10;

    /// <summary>Most tokens that a server may have the client's model write at once. Default 16384.</summary>
    public int SamplingTokens { get; init; } = 16_384;
}
