using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Hosting;

/// <summary>State of a certificate's validity.</summary>
internal enum CertificateState
{
    /// <summary>Its renewal is not due.</summary>
    Valid,

    /// <summary>It should have been renewed.</summary>
    ExpiresSoon,

    /// <summary>It has expired: clients refuse it.</summary>
    Expired,
}

/// <summary>The period in which a certificate is valid.</summary>
/// <param name="NotBefore">Its beginning.</param>
/// <param name="NotAfter">Its end.</param>
internal readonly record struct CertificateExpiry(DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    private static readonly TimeSpan EarliestWarning = TimeSpan.FromDays(14);

    // Clients of ACME renew when about a third of the life is left. At a fifth, the renewal has not come.
    private const int WarnAtFractionOfLife = 5;

    /// <summary>The end as a date and time in UTC.</summary>
    public string End => NotAfter.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Returns the period of a certificate.</summary>
    public static CertificateExpiry Of(X509Certificate2 certificate) =>
        new(new DateTimeOffset(certificate.NotBefore.ToUniversalTime()), new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));

    /// <summary>Returns the state at a moment.</summary>
    public CertificateState StateAt(DateTimeOffset now)
    {
        if (NotAfter <= now) return CertificateState.Expired;
        var fraction = (NotAfter - NotBefore) / WarnAtFractionOfLife;
        return NotAfter - now <= (fraction < EarliestWarning ? fraction : EarliestWarning) ? CertificateState.ExpiresSoon : CertificateState.Valid;
    }

    /// <summary>Returns the time that is left, in days, or on the last day in hours.</summary>
    public string LeftAt(DateTimeOffset now) =>
        (NotAfter - now) is { Days: > 0 } left ? Counted.Of(left.Days, "day") : Counted.Of(Math.Max(0, (NotAfter - now).Hours), "hour");

    /// <summary>Says when the certificate expires and how much time is left, or when it expired.</summary>
    public string DescribeAt(DateTimeOffset now) =>
        StateAt(now) == CertificateState.Expired ? $"expired on {End}" : $"expires on {End}, in {LeftAt(now)}";
}
