using System.Security.Cryptography;

namespace Gatehouse.Peers.Providers;

/// <summary>The content of a provider that does not change while it runs.</summary>
public sealed record ProviderSetup
{
    /// <summary>The secret of the client <c>gateway</c>.</summary>
    public const string GatewaySecret = "secret-of-the-gateway-at-the-provider";

    /// <summary>The secret of the client <c>reports</c>.</summary>
    public const string ReportsSecret = "secret-of-the-reports-client";

    /// <summary>The path of the issuer. Two providers of one test differ by their ports.</summary>
    public string Path { get; init; } = "/corp";

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>True if access tokens are random texts that only introspection reads.</summary>
    public bool IsOpaque { get; init; }

    /// <summary>The clients. The key is that of the client <c>gateway-jwt</c>.</summary>
    public Func<ECDsa, IReadOnlyList<ProviderClient>> Clients { get; init; } = Usual;

    /// <summary>
    /// <c>gateway</c> with a secret and <c>gateway-jwt</c> with a key act for people and for themselves at <c>crm</c> and <c>reports</c>,
    /// and sign people in; <c>reports</c> has client credentials for <c>reports</c> only; <c>cli</c> is the public client that people use.
    /// </summary>
    public static IReadOnlyList<ProviderClient> Usual(ECDsa key)
    {
        var gateway = new ProviderClient("gateway")
        {
            Secret = GatewaySecret,
            ActsForItself = true,
            ActsForPeople = true,
            Introspects = true,
            Audiences = ["crm", "reports"],
            Scopes = ["read", "write"],
        };
        return
        [
            gateway,
            gateway with { Id = "gateway-jwt", Secret = null, Key = key },
            new ProviderClient("reports") { Secret = ReportsSecret, ActsForItself = true, Audiences = ["reports"], Scopes = ["read"] },
            new ProviderClient("cli"),
        ];
    }
}
