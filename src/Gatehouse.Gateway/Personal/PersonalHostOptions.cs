using Gatehouse.Gateway.Hosting;
using Gatehouse.Link;
using Gatehouse.Protocol;

namespace Gatehouse.Gateway.Personal;

/// <summary>What a personal host is given besides its configuration.</summary>
public sealed record PersonalHostOptions
{
    /// <summary>Where everything is.</summary>
    public required LinkPlaces Places { get; init; }

    /// <summary>What every host is given.</summary>
    public GatewayHostOptions Host { get; init; } = new();

    /// <summary>For the range alone: a naive answer to whether a command may start. Not reachable from configuration, flags or environment.</summary>
    internal Func<string, CommandLine, bool>? ApproveForRange { get; init; }

    /// <summary>For the range alone: how a message becomes a line.</summary>
    internal Action<System.Buffers.IBufferWriter<byte>, ProvenMessage> FramingForRange { get; init; } = LineFraming.Write;
}
