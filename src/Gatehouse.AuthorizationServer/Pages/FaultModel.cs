namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The content of the page of a fault.</summary>
internal sealed record FaultModel
{
    /// <summary>The fault.</summary>
    public required PageFault Fault { get; init; }

    /// <summary>Where it happened.</summary>
    public required FaultPlace Place { get; init; }

    /// <summary>The name of the client or provider where it happened; null at the gateway.</summary>
    public string? Name { get; init; }

    /// <summary>More about it, in English, without text of a stranger, such as <c>SignInFault.Text</c>; null for nothing more.</summary>
    public string? Detail { get; init; }

    /// <summary>The address that takes the error to the client; null where no client may get it.</summary>
    public string? Back { get; init; }

    /// <summary>The id of the entry in the audit log.</summary>
    public required string RequestId { get; init; }
}
