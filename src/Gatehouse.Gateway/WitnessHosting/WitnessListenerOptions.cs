using Gatehouse.Audit.Witness;

namespace Gatehouse.Gateway.WitnessHosting;

/// <summary>The listener of a witness.</summary>
public sealed record WitnessListenerOptions
{
    /// <summary>The witness. The listener does not dispose of it.</summary>
    public required WitnessService Witness { get; init; }

    /// <summary>The address: http on loopback, or https. The host is an IP address or <c>localhost</c>.</summary>
    public required Uri Listen { get; init; }

    /// <summary>The certificate in PEM, with its intermediates; needed with https.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The key of the certificate in PEM.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Receives a line for each checkpoint that was refused, and for faults.</summary>
    public Action<string> Log { get; init; } = static _ => { };
}
