namespace Gatehouse.Pipeline.Records;

/// <summary>A request's payload in the form that an event keeps.</summary>
/// <param name="Sealed">Sealed under a key of its subject, base64url.</param>
/// <param name="What">The kept part of the message: <see cref="Whole"/> or <see cref="WithoutBlanks"/>.</param>
/// <param name="Bytes">Its size in bytes when it is opened.</param>
public sealed record KeptPayload(string Sealed, string What, int Bytes)
{
    /// <summary>The message, byte by byte as it arrived.</summary>
    public const string Whole = "message";

    /// <summary>The message without the whitespace between its parts, which has no meaning.</summary>
    public const string WithoutBlanks = "message-without-blanks";
}
