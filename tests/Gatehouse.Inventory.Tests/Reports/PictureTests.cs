using System.Security.Cryptography;
using System.Text;
using Gatehouse.Inventory.Output;

namespace Gatehouse.Inventory.Tests.Reports;

/// <summary>
/// The pictures of a scan in the documentation. A picture of the page carries the digest of the page that it shows, so that it is compared without
/// a browser and without regard to the fonts of a machine.
/// </summary>
[Trait("Requirement", "IN-01")]
public sealed class PictureTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int Width = 1280;
    private const int Height = 1000;
    private const int MostBytes = 200_000;
    private const string Digest = "gatehouse-page-sha256";

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task Page_IsTheOneOfToday(string scheme)
    {
        var page = HtmlReport.Render(await SampleScan.OfAliceAsync());
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(page)));
        var file = Path.Join(Pages.Root, "docs", "images", $"scan-report-{scheme}.png");
        if (Environment.GetEnvironmentVariable("GATEHOUSE_UPDATE") == "1" && PngText.Read(await BytesAsync(file), Digest) != digest)
        {
            await chromium.OpenAsync(page, Width, Height, scheme);
            await File.WriteAllBytesAsync(file, PngText.With(await chromium.PictureAsync(), Digest, digest));
        }

        var picture = await BytesAsync(file);
        Assert.True(PngText.Read(picture, Digest) == digest,
            $"{file} shows another report than today's. With Chromium on PATH, write it with GATEHOUSE_UPDATE=1 ./test --only PictureTests, and look at it.");
        Assert.Equal((Width, Height), PngText.Size(picture));
        Assert.InRange(picture.Length, 1, MostBytes);
    }

    [Fact]
    public async Task Terminal_ShowsWhatTheCommandPrints() => Pages.RequireEqual("docs/images/scan-terminal.svg",
        TerminalPicture.Of("gatehouse scan --path work/shop", TableReport.Render(await SampleScan.OfShopAsync(), colour: true)));

    private static async Task<byte[]> BytesAsync(string file) => File.Exists(file) ? await File.ReadAllBytesAsync(file) : [];
}
