using System.Collections.Immutable;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The content of the page of grants.</summary>
internal sealed record GrantsModel
{
    /// <summary>The name of the person who signed in; text of the provider.</summary>
    public required string Person { get; init; }

    /// <summary>The name of the provider that people read.</summary>
    public required string Provider { get; init; }

    /// <summary>The access of each client to each server, newest first.</summary>
    public required ImmutableArray<GrantLine> Grants { get; init; }

    /// <summary>True when the person just withdrew a grant.</summary>
    public bool IsWithdrawn { get; init; }

    /// <summary>The sealed value of the forms, letters that need no escape in a form.</summary>
    public required string Sealed { get; init; }
}
