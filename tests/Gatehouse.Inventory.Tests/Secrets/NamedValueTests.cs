using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Testing;

namespace Gatehouse.Inventory.Tests.Secrets;

/// <summary>The name of a value makes it a secret only where the value looks like one.</summary>
[Trait("Requirement", "SC-07")]
public sealed class NamedValueTests
{
    [Theory]
    [InlineData("API_KEY={0}")]
    [InlineData("export SERVICE_API_KEY='{0}'")]
    [InlineData("apiKey: \"{0}\",")]
    [InlineData("  client_secret: {0}")]
    [InlineData("const authToken: string = \"{0}\";")]
    [InlineData("var secretKey := `{0}`")]
    [InlineData("$password => '{0}'")]
    [InlineData("config[\"access_token\"] = \"{0}\"")]
    [InlineData("setProperty(\"password\", \"{0}\")")]
    [InlineData("<add key=\"ApiToken\" value=\"{0}\" />")]
    [InlineData("<password>{0}</password>")]
    [InlineData("- name: DB_PASSWORD\n  value: {0}")]
    [InlineData("\\\"refresh_token\\\": \\\"{0}\\\"")]
    [InlineData("Server=db;User Id=app;Password={0};Encrypt=true")]
    [InlineData("https://a.example/v1?api_key={0}&page=2")]
    [InlineData("machine a.example login me password {0}")]
    [InlineData("tool --api-key {0} --verbose")]
    [InlineData("spring.datasource.password={0}")]
    [InlineData("//registry.example/:_authToken={0}")]
    [InlineData("the password is \"{0}\"")]
    [InlineData("HEROKU_KEY=\"{0}\"")]
    [InlineData("Passwort: \"{0}\"")]
    [InlineData("ENV API_KEY {0}")]
    [InlineData("set -x API_KEY {0}")]
    [InlineData("requirepass {0}")]
    [InlineData("var jwtKey = []byte(\"{0}\")")]
    [InlineData("let token = String::from(\"{0}\");")]
    [InlineData("const API_KEY: &'static str = \"{0}\";")]
    [InlineData("token = process.env.TOKEN || \"{0}\"")]
    [InlineData("key = os.getenv(\"API_KEY\") or \"{0}\"")]
    [InlineData("token: |\n  {0}\n")]
    [InlineData("api_key =\n    \"{0}\"")]
    [InlineData("the API key is {0}")]
    [InlineData("variable \"api_token\" {\n  type = string\n  default = \"{0}\"\n}")]
    [InlineData("<key>ApiKey</key>\n<string>{0}</string>")]
    [InlineData("<password><![CDATA[{0}]]></password>")]
    [InlineData("<setting name=\"SmtpPassword\" serializeAs=\"String\"><value>{0}</value></setting>")]
    [InlineData("{\"Name\":\"API_KEY\",\"Type\":\"String\",\"Value\":\"{0}\"}")]
    [InlineData("buildConfigField \"String\", \"API_KEY\", \"\\\"{0}\\\"\"")]
    [InlineData("client.setClientSecret(\"{0}\");")]
    [InlineData("std::map m = {{\"token\", \"{0}\"}};")]
    public void DrawnValue_IsFound(string form)
    {
        var dice = new Dice((ulong)form.Length);
        for (var round = 0; round < 20; round++)
        {
            var value = Drawn.Text(dice, 24);
            var text = form.Replace("{0}", value, StringComparison.Ordinal);
            var hit = Assert.Single(SecretDetector.Find(text), hit => hit.Confidence >= Confidence.Medium);
            Assert.Equal(value, text.Substring(hit.Start, hit.Length));
        }
    }

    [Theory]
    [InlineData("password = os.environ[\"DB_PASSWORD\"]")]
    [InlineData("password: ${DB_PASSWORD}")]
    [InlineData("password: {{ .Values.database.password }}")]
    [InlineData("api_key = \"your-api-key-here\"")]
    [InlineData("api_key = \"<your key 123>\"")]
    [InlineData("token = getToken(user1, scope2)")]
    [InlineData("token := ctx.Value(tokenKey1).(string)")]
    [InlineData("const tokenCount = 1234567890")]
    [InlineData("max_tokens: 4096")]
    [InlineData("\"integrity\": \"sha512-p8roPYOoAEGL2PiudegITG8m3SbqhvQsN3U8FalrTVI7mfNVZBSfsLPAjB07i7ZtjUIdnOsUIC5YTrmckGVwll==\"")]
    [InlineData("commit: 615677787e192eaf161a6667ebd611937b302f3f")]
    [InlineData("cacheKey: \"615677787e192eaf161a6667ebd611937b302f3f\"")]
    [InlineData("PublicKeyToken=b77a5c561934e089")]
    [InlineData("id: 04f0a49c-f784-572d-6f23-362d2ab7e985")]
    [InlineData("secretName: database-credentials-2")]
    [InlineData("passwordField = document.getElementById('password1')")]
    [InlineData("password: \"password123\"")]
    [InlineData("password = \"xxxxxxxxxxxx\"")]
    [InlineData("token: abcdefghijklmnop123")]
    [InlineData("keyboard_layout = \"us-intl-2024-with-dead-keys\"")]
    [InlineData("primary_key: user_account_id_2024_main")]
    [InlineData("secret: !vault | $ANSIBLE_VAULT;1.1;AES256")]
    [InlineData("token_url: https://login.example.com/oauth2/v2.0/token")]
    [InlineData("private_key_path = \"/etc/ssl/private/server1.key\"")]
    [InlineData("hashed_password = \"5f4dcc3b5aa765d61d8327deb882cf99\"")]
    [InlineData("password-2-levels: nothing")]
    [InlineData("cache-key: npm-615677787e192eaf161a6667ebd611937b302f3f615677787e192eaf")]
    [InlineData("verify_key = \"3q2Zk8VnWb7TyR5xLmJ2cHsGd9PfKt4QwErTaUiOpAs=\"")]
    [InlineData("syncToken: \"kT7xv29QpLm3Rz8Wq1kT\"")]
    [InlineData("subject_token = \"subject_token_0\"")]
    [InlineData("session_token=self.AWS_IMDSV2_SESSION_TOKEN")]
    [InlineData("o.key=e.altKey?r.C0.ESC+r.C0.CR:r.C0.CR")]
    [InlineData("\"rawKey\": \"SGVsbG8gZnJvbSBHb29nbGUgQ2xvdWQgUGxhdGZvcm0=\"")]
    [InlineData("names = ['lucid_key', 'krb5_rfc1964_keydata', 'other']")]
    [InlineData("auth0_domain = \"dev-kx81az2q.eu.auth0.com\"")]
    [InlineData("\"Key\": \"kT7xv29QpLm3Rz8Wq1kT.jpg\"")]
    [InlineData("token: { type: string }\n  kT7xv29QpLm3Rz8Wq1kT: 1")]
    [InlineData("variable \"api_token\" {\n  type = string\n}\nname = \"kT7xv29QpLm3Rz8W\"")]
    [InlineData("token = process.env.TOKEN || process.env.TOKEN2")]
    [InlineData("token = getenv(\"kT7xv29QpLm3Rz8Wq1kT\")")]
    [InlineData("correlationToken: 8a3f21c7-9d4e-4b16-a0f2-7c5d9e1b3a68")]
    [InlineData("#define SN_kx_ecdhe_psk \"KxECDHE-PSK\"")]
    [InlineData("if (token == null || token.length < 16) throw new Error('token1')")]
    public void ProgramTextAndPlaceholders_AreNot(string text) =>
        Assert.DoesNotContain(SecretDetector.Find(text), hit => hit.Confidence >= Confidence.Medium);

    // The search and the meaning of a name have one list of issuers.
    [Fact]
    public void EveryIssuerThatNamesAValue_IsSearchedFor()
    {
        Assert.NotEmpty(Issuers.Naming);
        foreach (var issuer in Issuers.Naming)
            Assert.Contains(SecretDetector.Find($"{issuer} = \"{Drawn.Text(new Dice(31), 32)}\""), hit => hit.Kind == "secret-by-name");
    }

    [Theory]
    [InlineData("HEROKU_API_KEY={0}")]
    [InlineData("new_relic_token: \"{0}\"")]
    [InlineData("codecovtoken = '{0}'")]
    [InlineData("api_key: {0}")]
    [InlineData("curl -H 'Authorization: GenieKey {0}' https://a.example")]
    public void Uuid_BesideAnIssuerOrTheKeyOfAnInterface_IsFound(string form)
    {
        var text = form.Replace("{0}", Drawn.Guid(new Dice(17)), StringComparison.Ordinal);
        Assert.Contains(SecretDetector.Find(text), hit => hit.Confidence >= Confidence.Medium);
    }

    // A digest has the same form, so that only the issuer decides.
    [Theory]
    [InlineData("lokalise_key = \"{0}\"", true)]
    [InlineData("new Pusher({ appId: 1, key: '{0}' })", true)]
    [InlineData("sonar.login={0}", true)]
    [InlineData("lookup_key = \"{0}\"", false)]
    [InlineData("new Cache({ size: 1, key: '{0}' })", false)]
    [InlineData("acme.login={0}", false)]
    [InlineData("new PusherClient({ appId: 1, key: '{0}' })", true)]
    [InlineData("PUSHER: { app: 1, key: '{0}' }", true)]
    [InlineData("global: { key: '{0}' }", false)]
    [InlineData("blobCache: { key: '{0}' }", false)]
    [InlineData("// probably\nkey: \"{0}\"", false)]
    public void HexadecimalKey_IsFoundBesideItsIssuer(string form, bool isFound)
    {
        var text = form.Replace("{0}", Drawn.OfClass("hex", new Dice(23), 40), StringComparison.Ordinal);
        Assert.Equal(isFound, SecretDetector.Find(text).Any(hit => hit.Confidence >= Confidence.Medium));
    }

    [Theory]
    [InlineData("password: hunter22x")]
    [InlineData("api_key: a1b2c3d4e5")]
    [InlineData("token=Zx81aa90Qq")]
    public void Masking_TakesMore(string text) => Assert.EndsWith("by-name>", SecretDetector.Mask(text), StringComparison.Ordinal);
}
