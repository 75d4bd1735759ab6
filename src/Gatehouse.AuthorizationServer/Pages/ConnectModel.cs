using System.Collections.Immutable;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The content of the page on which a person connects a third-party service.</summary>
internal sealed record ConnectModel
{
    /// <summary>The name of the service that people read.</summary>
    public required string Service { get; init; }

    /// <summary>The host at which the person agrees.</summary>
    public required string ServiceHost { get; init; }

    /// <summary>The server that gets the service's token.</summary>
    public required PageServer Server { get; init; }

    /// <summary>The scopes at the service.</summary>
    public required ImmutableArray<PageScope> Scopes { get; init; }

    /// <summary>The client that made the call.</summary>
    public required PageClient Client { get; init; }

    /// <summary>The name of the person who signed in; text of the provider.</summary>
    public required string Person { get; init; }

    /// <summary>The name of the provider at which the person signed in.</summary>
    public required string Provider { get; init; }

    /// <summary>The sealed link, letters that need no escape in a form.</summary>
    public required string Sealed { get; init; }
}
