using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;

namespace Gatehouse.Inventory.Tests.Secrets;

/// <summary>
/// A rule that leaves out what is harmless hides no secret that resembles it. In the texts, {0} is a drawn value of 20 characters, {1} its first 17
/// and {2} a longer one, so that no file holds a secret.
/// </summary>
[Trait("Requirement", "SC-07")]
public sealed class HiddenSecretTests
{
    private const string Value = "kT7xv29Q" + "pLm3Rz8Wq1kT";

    // A call takes its name without a blank.
    [Theory]
    [InlineData("API_KEY={0} run(\"hello\")", Value)]
    [InlineData("export TOKEN={0} && f(\"x\")", Value)]
    [InlineData("export TOKEN={0}&&f(\"x\")", Value)]
    [InlineData("token: {0} print(\"x\")", Value)]
    [InlineData("PASSWORD=xK9qZt7mLp2 run(\"hello\")", "xK9qZt7mLp2")]
    [InlineData("token: {0} y=1", Value)]
    [InlineData("password: xK9qZt7mLp2 attempts=3", "xK9qZt7mLp2")]
    [InlineData("token: Option <String> = \"{0}\"", Value)]
    [InlineData("token = new Token(\"{0}\")", Value)]
    [InlineData("token = &String::from(\"{0}\")", Value)]
    public void TextBehindAValue_IsNoCall(string form, string value)
    {
        var text = Fill(form);
        var found = SecretDetector.Find(text).Where(hit => hit.Confidence >= Confidence.Medium).Select(hit => text.Substring(hit.Start, hit.Length));
        Assert.Equal([value], found);
    }

    [Theory]
    // Published values within others.
    [InlineData("Authorization: Basic dXNlcjpwYXNzOWYhS3IyeFFaN3RMbQ==")]
    [InlineData("api_key = \"kT7xv29QpLm3Rz8I44QH8DHB\"")]
    [InlineData("secret = \"gX1fBat3bV{0}\"")]
    // Words of tables and protocols in the names of issuers and services.
    [InlineData("CURSOR_API_KEY={2}")]
    [InlineData("DELTA_API_KEY={2}")]
    [InlineData("SYNC_SERVICE_SECRET={2}")]
    [InlineData("TWILIO_VERIFY_AUTH_TOKEN={2}")]
    [InlineData("changes.github.token = {2}")]
    [InlineData("SYNC_CLIENT_SECRET={2}")]
    [InlineData("resume_access_token: \"{2}\"")]
    [InlineData("CURSOR_SECRET={2}")]
    // Beginnings of public texts.
    [InlineData("password: Price_9f8!xQ2")]
    [InlineData("api_key = \"evt_{0}\"")]
    [InlineData("secret_key: \"UEsDB{0}\"")]
    [InlineData("JWT_SECRET=h2:kT7xv29QpLm3Rz8Wq1")]
    [InlineData("STRIPE_SECRET=\"price_{1}\"")]
    [InlineData("keystore.password = \"OBF:1x8zQ1v9k7\"")]
    [InlineData("password = \"sha256-9f8!xQ2\"")]
    [InlineData("api_key = \"IVBORw0KGgo{0}\"")]
    // Conditions, file names, base 64 of texts.
    [InlineData("DB_PASSWORD=xK9?q:Zt7!mLp")]
    [InlineData("DB_PASSWORD=a?7Kx9:w")]
    [InlineData("run --password=x:K9?qZt7!mLp")]
    [InlineData("api_key = \"{0}.md\"")]
    [InlineData("client_secret = \"{1}.js\"")]
    [InlineData("token = \"Q29ycmVjdEhvcnNlQmF0dGVyeTEyMw==\"")]
    // Short words.
    [InlineData("token = \"kT7xv29QpLm3asdf8Wq1kTb\"")]
    [InlineData("password = \"invalid7Kq!x92LmZ\"")]
    public void Secret_IsFound(string form) => Assert.Contains(SecretDetector.Find(Fill(form)), hit => hit.Confidence >= Confidence.Medium);

    [Theory]
    [InlineData("JWT_SECRET", "h2:{0}")]
    [InlineData("secret_key", "UEsDB{0}")]
    [InlineData("api_key", "evt_{0}")]
    public void SecretOfAVariable_IsFound(string name, string form) => Assert.NotNull(SecretDetector.ByName(name, Fill(form)));

    [Theory]
    [InlineData("sync_token = \"{0}\"")]
    [InlineData("cursorToken: \"{0}\"")]
    [InlineData("verify_key = \"{0}\"")]
    [InlineData("key = \"h1:{0}Ab3xZ9kLm2Qw7=\"")]
    [InlineData("api_key = \"MFkwEwYHKoZIzj0C{0}\"")]
    [InlineData("token = \"pk_live_{0}\"")]
    [InlineData("password: \"$2b$12${0}{0}Ab3xZ9kLm2Qw7\"")]
    [InlineData("password: \"$argon2id$v=19$m=65536,t=3,p=4${0}${0}{0}\"")]
    [InlineData("password: \"sha256:5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b5aa765d61d8327deb882cf99\"")]
    [InlineData("x({a:1,key:e.altKey?r.C0.ESC+r.C0.CR:r.C0.CR})")]
    [InlineData("token = \"release-notes-v2.md\"")]
    [InlineData("token = \"invalid\"")]
    [InlineData("password = \"qwerty12\"")]
    [InlineData("password = \"asdfasdf12\"")]
    public void HarmlessText_IsNot(string form) =>
        Assert.DoesNotContain(SecretDetector.Find(Fill(form)), hit => hit.Confidence >= Confidence.Medium);

    private static string Fill(string form) =>
        form.Replace("{0}", Value, StringComparison.Ordinal).Replace("{1}", Value[..17], StringComparison.Ordinal)
            .Replace("{2}", $"{Value}bC4d", StringComparison.Ordinal);
}
