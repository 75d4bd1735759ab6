using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.AuthorizationServer.Providers;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>The end of a sign-in that gave no code, for the person and for the client.</summary>
internal sealed record SignInFailure
{
    /// <summary>Status of the page.</summary>
    public int Status { get; init; } = StatusCodes.Status400BadRequest;

    /// <summary>The fault that the page shows.</summary>
    public required PageFault Fault { get; init; }

    /// <summary>Where it happened.</summary>
    public FaultPlace Place { get; init; }

    /// <summary>More about it, for the page; null for nothing more.</summary>
    public string? Detail { get; init; }

    /// <summary>Name of the provider where it happened; null at the gateway.</summary>
    public string? Name { get; init; }

    /// <summary>The code for the client, one of <see cref="ErrorCodes"/>.</summary>
    public required string Error { get; init; }

    /// <summary>The description for the client. It holds ASCII only (RFC 6749 §4.1.2.1), and no text of a stranger.</summary>
    public required string Description { get; init; }

    /// <summary>True when the person has nothing to read: the browser may leave by itself.</summary>
    public bool IsKnownToThePerson { get; init; }

    /// <summary>The failure of a sign-in whose time is over.</summary>
    public static SignInFailure Late { get; } = new()
    {
        Fault = PageFault.SignInFailed,
        Error = ErrorCodes.AccessDenied,
        Description = "The time of the sign-in is over.",
    };

    /// <summary>The failure for a fault at a provider.</summary>
    /// <param name="fault">The fault; it is no attack.</param>
    /// <param name="name">The provider's name.</param>
    public static SignInFailure Of(SignInFault fault, string name) => new()
    {
        Fault = PageFault.SignInFailed,
        Place = FaultPlace.Provider,
        Detail = fault.Text,
        Name = name,
        Error = ErrorCodes.Of(fault),
        Description = $"The sign-in at the identity provider failed: {fault.Code}.",
        IsKnownToThePerson = ErrorCodes.IsRefusalOfThePerson(fault),
    };
}
