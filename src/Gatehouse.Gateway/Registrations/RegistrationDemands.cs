namespace Gatehouse.Gateway.Registrations;

/// <summary>The use that a registration is meant for.</summary>
/// <param name="Kind">The program.</param>
/// <param name="Now">The moment of the examination.</param>
internal sealed record RegistrationDemands(RegisteredKind Kind, DateTimeOffset Now)
{
    /// <summary>The URL of the server; null where it is not known, so that hosts are not compared.</summary>
    public Uri? ServerUrl { get; init; }

    /// <summary>Clients that may call without a consent of the person.</summary>
    public IReadOnlyList<Guid> Clients { get; init; } = [];

    /// <summary>The operations of the tools; empty where they are not known, so that permissions are not compared with them.</summary>
    public IReadOnlyList<GraphOperation> Operations { get; init; } = [];
}
