namespace Gatehouse.Pipeline.Exchanges;

/// <summary>The headers that stages read, in addition to the mirrored parameters. <see cref="HeaderNames"/> has their names.</summary>
public enum RequestHeader
{
    /// <summary>The name that the client calls the gateway by.</summary>
    Host,

    /// <summary>The origin of a page that sends the request.</summary>
    Origin,

    /// <summary>The token of the caller.</summary>
    Authorization,

    /// <summary>Media type of the body.</summary>
    ContentType,

    /// <summary>Length of the body.</summary>
    ContentLength,

    /// <summary>Codings that frame the body.</summary>
    TransferEncoding,

    /// <summary>Codings of the body.</summary>
    ContentEncoding,

    /// <summary>Protocol revision.</summary>
    ProtocolVersion,

    /// <summary>Session handle (legacy era).</summary>
    SessionId,

    /// <summary>Mirrored method (modern era).</summary>
    Method,

    /// <summary>Mirrored name (modern era).</summary>
    Name,

    /// <summary>Position to resume from (legacy era).</summary>
    LastEventId,

    /// <summary>Proof of possession (RFC 9449 §4.1).</summary>
    DPoP,

    /// <summary>Certificate of the client, from the named proxy that ended TLS (RFC 9440 §2.2).</summary>
    ClientCertificate,

    /// <summary>Media types that the client takes; a list, which may have several lines (RFC 9110 §5.3).</summary>
    Accept,

    /// <summary>Names of fields that follow the body; a list.</summary>
    Trailer,
}
