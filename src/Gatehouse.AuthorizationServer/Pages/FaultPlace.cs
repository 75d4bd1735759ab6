namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>Where a fault is.</summary>
internal enum FaultPlace
{
    /// <summary>At the gateway.</summary>
    Gateway,

    /// <summary>In the client.</summary>
    Client,

    /// <summary>At the identity provider.</summary>
    Provider,
}
