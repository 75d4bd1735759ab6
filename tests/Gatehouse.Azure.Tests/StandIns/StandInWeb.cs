using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Azure.Tests.StandIns;

/// <summary>Web servers of stand-ins on loopback, and the authority of their certificates.</summary>
internal static class StandInWeb
{
    /// <summary>The certificate of every stand-in, which is also its authority.</summary>
    public static X509Certificate2 Certificate { get; } = NewCertificate();

    /// <summary>Starts a server on a free port.</summary>
    public static async Task<WebApplication> StartAsync(RequestDelegate answer, bool isSecured)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => { if (isSecured) listen.UseHttps(Certificate); }));
        if (isSecured) builder.WebHost.UseKestrelHttpsConfiguration();
        var web = builder.Build();
        web.Run(answer);
        await web.StartAsync();
        return web;
    }

    /// <summary>Returns the port of a server.</summary>
    public static int PortOf(WebApplication web) => new Uri(web.Urls.First()).Port;

    /// <summary>Answers with JSON.</summary>
    public static Task JsonAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(body.ToJsonString());
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=stand-in", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("*.vault.test");
        names.AddDnsName("login.test");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(7));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
