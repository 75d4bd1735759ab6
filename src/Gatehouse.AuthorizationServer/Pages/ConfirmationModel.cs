using System.Collections.Immutable;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The content of the confirmation page.</summary>
internal sealed record ConfirmationModel
{
    /// <summary>The name of the person who signed in; text of the provider.</summary>
    public required string Person { get; init; }

    /// <summary>The name of the provider that people read.</summary>
    public required string Provider { get; init; }

    /// <summary>The client that gets access.</summary>
    public required PageClient Client { get; init; }

    /// <summary>The redirect URI, exactly as the request has it.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>The server.</summary>
    public required PageServer Server { get; init; }

    /// <summary>The scopes that the client gets, at least one.</summary>
    public required ImmutableArray<PageScope> Scopes { get; init; }

    /// <summary>The changes since the last consent of the person to the client.</summary>
    public ImmutableArray<PageChange> Changes { get; init; } = [];

    /// <summary>When the access ends at the latest.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>The address of the page of grants, a path of ours.</summary>
    public required string GrantsAddress { get; init; }

    /// <summary>The sealed value of the form, letters that need no escape in a form.</summary>
    public required string Sealed { get; init; }
}
