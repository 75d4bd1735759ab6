using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Host;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>The dependencies of the endpoints for people.</summary>
internal sealed record AuthorizationServerParts
{
    /// <summary>The configuration in force; it has an authorization server.</summary>
    public required Func<GatewaySettings> Settings { get; init; }

    /// <summary>The clients.</summary>
    public required IClientDirectory Clients { get; init; }

    /// <summary>The providers in force, in the order of the configuration.</summary>
    public required Func<IReadOnlyList<ISignInProvider>> Providers { get; init; }

    /// <summary>Grants and credentials.</summary>
    public required IGrantStore Grants { get; init; }

    /// <summary>Consents, for showing and withdrawing.</summary>
    public required IConsentStore Consents { get; init; }

    /// <summary>Seals facts of rows, forms and cookies.</summary>
    public required ISealedFacts Facts { get; init; }

    /// <summary>Begins grants.</summary>
    public required GrantIssuer Issuer { get; init; }

    /// <summary>Keeps grants of persons who are being erased from beginning.</summary>
    public required GrantBar Bar { get; init; }

    /// <summary>Ends grants, so that open streams notice.</summary>
    public required GrantEnding Ending { get; init; }

    /// <summary>Withdraws what a person gave.</summary>
    public required GrantWithdrawal Withdrawal { get; init; }

    /// <summary>Ends the MCP sessions of a person, by subject. They have no token of their own, so the end of a grant leaves them.</summary>
    public required Func<string, ValueTask> EndSessions { get; init; }

    /// <summary>Events and alarms.</summary>
    public required IAuthorizationJournal Journal { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }
}
