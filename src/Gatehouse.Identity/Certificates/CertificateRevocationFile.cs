using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Certificates;

/// <summary>The revocation lists that authorities signed (RFC 5280 §5), read from one file.</summary>
public sealed class CertificateRevocationFile
{
    /// <summary>The largest list read, in bytes: 16 MiB.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private const string EcdsaSha256 = "1.2.840.10045.4.3.2";
    private const string EcdsaSha384 = "1.2.840.10045.4.3.3";
    private const string EcdsaSha512 = "1.2.840.10045.4.3.4";
    private const string RsaSha256 = "1.2.840.113549.1.1.11";
    private const string RsaSha384 = "1.2.840.113549.1.1.12";
    private const string RsaSha512 = "1.2.840.113549.1.1.13";

    private const string DeltaIndicator = "2.5.29.27";
    private const string IssuingDistributionPoint = "2.5.29.28";
    private const string NoList = "the revocation list is not a CRL in DER or PEM";
    private const string NotSigned = "no authority of the certificate issuer that may sign revocation lists signed this one";
    private const string PemLabel = "X509 CRL";

    /// <summary>The largest difference by which the clock of an authority may be ahead of the gateway's.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    // Number, key of the authority; reason, date of invalidity (RFC 5280 §5.2, §5.3): none of them changes which certificates are revoked.
    private static readonly FrozenSet<string> Understood =
        FrozenSet.Create(StringComparer.Ordinal, "2.5.29.20", "2.5.29.35", "2.5.29.21", "2.5.29.24");

    private readonly FrozenDictionary<string, AuthorityList> lists;

    private CertificateRevocationFile(IEnumerable<AuthorityList> lists)
    {
        this.lists = lists.ToFrozenDictionary(list => list.Authority, StringComparer.Ordinal);
        NextUpdate = this.lists.Values.Min(list => list.NextUpdate);
    }

    /// <summary>The moment of the earliest next list that an authority promised.</summary>
    public DateTimeOffset NextUpdate { get; }

    /// <summary>The number of certificates that are revoked, by all authorities.</summary>
    public int Count => lists.Values.Sum(list => list.Serials.Count);

    /// <summary>
    /// Returns the number of lists that are older than promised, so that every certificate of their authorities counts as revoked.
    /// </summary>
    public int CountOverdue(DateTimeOffset now) => lists.Values.Count(list => list.NextUpdate <= now);

    /// <summary>
    /// Returns whether a certificate is revoked. A list speaks of the certificates of its own authority only. Where the authority that issued the
    /// certificate has no list here, or one that is older than promised, nothing good is known and the answer is yes. An authority on the way to the
    /// root was named by configuration, so only a list that is here can revoke it.
    /// </summary>
    /// <param name="path">The path of the certificate (<see cref="VerifiedToken.CertificatePath"/>).</param>
    /// <param name="now">The time.</param>
    public bool IsRevoked(IReadOnlyList<CertificateLink> path, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Count == 0 || !lists.ContainsKey(path[0].Authority))
            return true;
        for (var step = 0; step < path.Count; step++)
        {
            if (lists.TryGetValue(path[step].Authority, out var list) && (list.NextUpdate <= now || list.Serials.Contains(path[step].Serial)))
                return true;
        }

        return false;
    }

    /// <summary>Reads the list of each authority and checks its signature.</summary>
    /// <param name="content">One list in DER, or one or more in PEM with the label <c>X509 CRL</c>, each of another authority.</param>
    /// <param name="issuer">The issuer whose authorities may have signed it.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="InvalidDataException">Not a list, too large, of a form that is not understood, not valid yet, or not signed by an authority
    /// that may. The message says which.</exception>
    public static CertificateRevocationFile Read(ReadOnlyMemory<byte> content, CertificateIssuer issuer, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        try
        {
            if (content.Length > MaxBytes)
                throw new InvalidDataException($"the revocation list is larger than {MaxBytes} bytes");
            var lists = Der(content).Select(der => ReadSigned(der, issuer.Authorities, now) ?? throw new InvalidDataException(NotSigned)).ToList();
            return Of(lists);
        }
        catch (Exception fault) when (IsOfTheForm(fault))
        {
            throw new InvalidDataException(NoList);
        }
    }

    /// <summary>
    /// Reads the lists of the authorities of one chain, whose certificates were judged already. A list of another authority says nothing of this
    /// chain and is passed over. A list that carries the name of an authority of the chain must be signed by it.
    /// </summary>
    /// <param name="content">One list in DER, or one or more in PEM with the label <c>X509 CRL</c>.</param>
    /// <param name="authorities">The authorities of the chain.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null where no list is of an authority of the chain.</returns>
    /// <exception cref="InvalidDataException">As <see cref="Read"/>.</exception>
    public static CertificateRevocationFile? ReadFor(ReadOnlyMemory<byte> content, IReadOnlyList<X509Certificate2> authorities, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(authorities);
        try
        {
            var lists = Der(content).Select(der => ReadSigned(der, authorities, now)).OfType<AuthorityList>().ToList();
            return lists.Count == 0 ? null : Of(lists);
        }
        catch (Exception fault) when (IsOfTheForm(fault))
        {
            throw new InvalidDataException(NoList);
        }
    }

    /// <summary>Checks that the content has the form of revocation lists. No signature is judged.</summary>
    /// <exception cref="InvalidDataException">The content has another form.</exception>
    public static void RequireForm(ReadOnlyMemory<byte> content)
    {
        try
        {
            foreach (var der in Der(content)) new AsnReader(der, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        }
        catch (Exception fault) when (IsOfTheForm(fault))
        {
            throw new InvalidDataException(NoList);
        }
    }

    private static CertificateRevocationFile Of(List<AuthorityList> lists) =>
        lists.DistinctBy(list => list.Authority, StringComparer.Ordinal).Count() == lists.Count
            ? new CertificateRevocationFile(lists)
            : throw new InvalidDataException("one authority has two revocation lists here; keep the newer one");

    private static bool IsOfTheForm(Exception fault) =>
        fault is AsnContentException or CryptographicException or ArgumentException or FormatException;

    private static List<ReadOnlyMemory<byte>> Der(ReadOnlyMemory<byte> content)
    {
        if (content.Length > 0 && content.Span[0] == 0x30)
            return [content];
        var lists = new List<ReadOnlyMemory<byte>>();
        var text = System.Text.Encoding.ASCII.GetString(content.Span).AsSpan();
        while (PemEncoding.TryFind(text, out var fields))
        {
            if (text[fields.Label] is not PemLabel)
                throw new InvalidDataException("the PEM is not an X509 CRL");
            lists.Add(Convert.FromBase64String(text[fields.Base64Data].ToString()));
            text = text[fields.Location.End..];
        }

        return lists.Count > 0 ? lists : throw new FormatException("There is no PEM.");
    }

    // CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue } (RFC 5280 §5.1).
    // Null where no authority has the name that the list gives to its own.
    private static AuthorityList? ReadSigned(ReadOnlyMemory<byte> der, IEnumerable<X509Certificate2> authorities, DateTimeOffset now)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var list = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var signed = list.PeekEncodedValue();
        var body = list.ReadSequence();
        var algorithm = list.ReadSequence().ReadObjectIdentifier();
        var signature = list.ReadBitString(out _);
        list.ThrowIfNotEmpty();
        if (body.PeekTag() == Asn1Tag.Integer)
            body.ReadInteger();
        if (body.ReadSequence().ReadObjectIdentifier() != algorithm)
            throw new InvalidDataException("the revocation list names two algorithms");
        var name = body.ReadEncodedValue();
        var named = authorities.Where(authority => authority.SubjectName.RawData.AsSpan().SequenceEqual(name.Span)).ToList();
        if (named.Count == 0)
            return null;
        var signer = named.FirstOrDefault(authority => MaySign(authority) && IsSignedBy(authority, signed.Span, algorithm, signature))
            ?? throw new InvalidDataException(NotSigned);
        return ReadBody(body, CertificateLink.NameOf(signer), now);
    }

    // RFC 5280 §4.2.1.3: an authority whose certificate has a key usage may sign lists only if the usage says so.
    private static bool MaySign(X509Certificate2 authority) =>
        authority.Extensions.OfType<X509KeyUsageExtension>().All(usage => usage.KeyUsages.HasFlag(X509KeyUsageFlags.CrlSign));

    private static AuthorityList ReadBody(AsnReader body, string authority, DateTimeOffset now)
    {
        var thisUpdate = ReadTime(body);
        if (thisUpdate > now + ClockSkew)
            throw new InvalidDataException($"the revocation list is valid from {thisUpdate:O} on only; write it again then, or set the clocks right");
        if (!body.HasData || !IsTime(body.PeekTag()))
            throw new InvalidDataException(
                "the revocation list has no nextUpdate, so an outdated list could not be recognized; have the authority "
                    + "say it");
        var nextUpdate = ReadTime(body);
        var serials = new HashSet<string>(StringComparer.Ordinal);
        if (body.HasData && body.PeekTag() == Asn1Tag.Sequence)
        {
            var revoked = body.ReadSequence();
            while (revoked.HasData)
                serials.Add(ReadEntry(revoked.ReadSequence()));
        }

        var extensions = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (body.HasData && body.PeekTag().HasSameClassAndValue(extensions))
            RequireUnderstood(body.ReadSequence(extensions).ReadSequence());
        body.ThrowIfNotEmpty();
        return new AuthorityList(authority, serials.ToFrozenSet(StringComparer.Ordinal), nextUpdate);
    }

    private static string ReadEntry(AsnReader entry)
    {
        var serial = Convert.ToHexString(entry.ReadIntegerBytes().Span);
        ReadTime(entry);
        if (entry.HasData)
            RequireUnderstood(entry.ReadSequence());
        entry.ThrowIfNotEmpty();
        return serial;
    }

    // Threat: a list of changes, of a part of the certificates or of those of other authorities, read as the whole list, revokes too little (RFC
    // 5280 §5.2: a list with a critical extension that is not understood must not be used).
    private static void RequireUnderstood(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var isCritical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            if (oid == DeltaIndicator)
                throw new InvalidDataException("the revocation list holds changes of another list only (a delta list); give the complete list");
            if (oid == IssuingDistributionPoint)
                throw new InvalidDataException(
                    "the revocation list speaks of a part of the certificates only (issuing distribution point); give the complete list of the "
                        + "authority");
            if (isCritical && !Understood.Contains(oid))
                throw new InvalidDataException($"the revocation list holds the critical extension {oid}, which is not understood");
        }
    }

    private static bool IsTime(Asn1Tag tag) => tag == Asn1Tag.UtcTime || tag == Asn1Tag.GeneralizedTime;

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private static bool IsSignedBy(X509Certificate2 authority, ReadOnlySpan<byte> signed, string algorithm, byte[] signature)
    {
        var hash = algorithm switch
        {
            EcdsaSha256 or RsaSha256 => HashAlgorithmName.SHA256,
            EcdsaSha384 or RsaSha384 => HashAlgorithmName.SHA384,
            EcdsaSha512 or RsaSha512 => HashAlgorithmName.SHA512,
            _ => throw new InvalidDataException(
                "the revocation list is signed with an algorithm that is not taken; use RSA or ECDSA with SHA-256 or longer"),
        };
        if (algorithm is EcdsaSha256 or EcdsaSha384 or EcdsaSha512)
        {
            using var key = authority.GetECDsaPublicKey();
            return key?.VerifyData(signed, signature, hash, DSASignatureFormat.Rfc3279DerSequence) == true;
        }

        using var rsa = authority.GetRSAPublicKey();
        return rsa?.VerifyData(signed, signature, hash, RSASignaturePadding.Pkcs1) == true;
    }

    /// <summary>The revocations of one authority, and the moment until which they are current.</summary>
    private sealed record AuthorityList(string Authority, FrozenSet<string> Serials, DateTimeOffset NextUpdate);
}
