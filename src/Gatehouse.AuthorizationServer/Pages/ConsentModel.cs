using System.Collections.Immutable;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The content of the consent page.</summary>
internal sealed record ConsentModel
{
    /// <summary>The client that asks.</summary>
    public required PageClient Client { get; init; }

    /// <summary>The redirect URI, exactly as the request has it.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>The server.</summary>
    public required PageServer Server { get; init; }

    /// <summary>The scopes, at least one.</summary>
    public required ImmutableArray<PageScope> Scopes { get; init; }

    /// <summary>The warnings, most important first.</summary>
    public ImmutableArray<PageWarning> Warnings { get; init; } = [];

    /// <summary>The providers at which the person may sign in, at least one.</summary>
    public required ImmutableArray<PageProvider> Providers { get; init; }

    /// <summary>The sealed request, letters that need no escape in a form.</summary>
    public required string Sealed { get; init; }
}
