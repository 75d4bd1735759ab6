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

    /// <summary>The name of the provider that people read; null at the gateway.</summary>
    public string? Name { get; init; }

    /// <summary>The code for the client, one of <see cref="ErrorCodes"/>.</summary>
    public required string Error { get; init; }

    /// <summary>The description for the client. It holds ASCII only (RFC 6749 §4.1.2.1), and no text of a stranger.</summary>
    public required string Description { get; init; }

    /// <summary>True when the person has nothing to read: the browser may leave by itself.</summary>
    public bool IsKnownToThePerson { get; init; }

    /// <summary>The cause for the audit log, as a word of the code; null where the fault says it.</summary>
    public string? Cause { get; init; }

    /// <summary>The provider's name in the configuration; null at the gateway.</summary>
    public string? Provider { get; init; }

    /// <summary>The failure of a sign-in whose time is over.</summary>
    public static SignInFailure Late { get; } = new()
    {
        Fault = PageFault.SignInFailed,
        Error = ErrorCodes.AccessDenied,
        Description = "The time of the sign-in is over.",
        Cause = "late",
    };

    /// <summary>The failure of a sign-in whose facts are larger than a row of the store: tokens and groups of the person, and the request.</summary>
    public static SignInFailure TooLarge { get; } = new()
    {
        Fault = PageFault.SignInFailed,
        Error = ErrorCodes.ServerError,
        Description = "The tokens and groups of the person are larger than what the authorization server keeps.",
        Cause = "too-large",
    };

    /// <summary>The failure of a sign-in whose grant could not be recorded.</summary>
    public static SignInFailure Unrecorded { get; } = new()
    {
        Status = StatusCodes.Status503ServiceUnavailable,
        Fault = PageFault.Internal,
        Error = ErrorCodes.TemporarilyUnavailable,
        Description = "The audit log of the authorization server cannot be written.",
        Cause = "log",
    };

    /// <summary>The failure of a sign-in whose person or client an administrator contained or revoked.</summary>
    public static SignInFailure Contained { get; } = new()
    {
        Status = StatusCodes.Status403Forbidden,
        Fault = PageFault.NotPermitted,
        Error = ErrorCodes.AccessDenied,
        Description = "The person or the client is contained or revoked.",
        Cause = "contained",
    };

    /// <summary>The failure for a fault at a provider, the same at the beginning of a sign-in and at its end.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="provider">The provider's name in the configuration.</param>
    /// <param name="displayName">The name that people read; null for a provider that is not configured any more.</param>
    public static SignInFailure Of(SignInFault fault, string provider, string? displayName)
    {
        var error = ErrorCodes.Of(fault);
        return new SignInFailure
        {
            Status = error == ErrorCodes.TemporarilyUnavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status400BadRequest,
            Fault = fault.Code == SignInFaults.UnavailableCode ? PageFault.ProviderUnavailable : PageFault.SignInFailed,
            Place = FaultPlace.Provider,
            Detail = fault.Text,
            Name = displayName ?? provider,
            Error = error,
            Description = $"The sign-in at the identity provider failed: {fault.Code}.",
            IsKnownToThePerson = ErrorCodes.IsRefusalOfThePerson(fault),
            Cause = fault.Code,
            Provider = provider,
        };
    }

    /// <summary>Returns the failure for the page and the audit log, without a way back to the client.</summary>
    /// <param name="client">The client id of the request; null without a request.</param>
    public FaultReport Report(string? client) => new(Status, Fault)
    {
        Place = Place,
        Name = Name,
        Detail = Detail,
        Cause = Cause,
        Client = client,
        Provider = Provider,
    };
}
