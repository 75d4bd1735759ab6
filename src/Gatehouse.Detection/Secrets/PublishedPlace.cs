namespace Gatehouse.Detection.Secrets;

/// <summary>The place of a published text in a value.</summary>
internal enum PublishedPlace
{
    /// <summary>The text is the value.</summary>
    Whole,

    /// <summary>The value begins with the text, which is documented as such.</summary>
    Beginning,

    /// <summary>The second part of a JSON Web Token (RFC 7519) begins with the text.</summary>
    Payload,

    /// <summary>The text is the third part of a JSON Web Token (RFC 7519).</summary>
    Signature,
}
