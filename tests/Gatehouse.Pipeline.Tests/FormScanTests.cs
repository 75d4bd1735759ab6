using System.Text;
using System.Text.Json;
using Gatehouse.Pipeline.ServerRequests;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Pipeline.Tests;

/// <summary>Forms that ask for secrets and forms that only sound like it (H10). Both tables grow with what is found in the wild.</summary>
[Trait("Requirement", "AZ-07")]
[Trait("NoRetry", "yes")]
public sealed class FormScanTests
{
    [Theory]
    // names, as programmers write them
    [InlineData("password"), InlineData("Password"), InlineData("PASSWORD"), InlineData("userPassword"), InlineData("user_password"),
        InlineData("new-password"), InlineData("pass word"), InlineData("passwd"), InlineData("db.pwd")]
    [InlineData("passphrase"), InlineData("passcode"), InlineData("p4ssw0rd"), InlineData("p@ssword"), InlineData("pa$$word"),
        InlineData("p a s s w o r d"), InlineData("p-a-s-s-w-o-r-d"), InlineData("pass\u200Bword"), InlineData("раssword"), InlineData("ｐａｓｓｗｏｒｄ"),
            InlineData("pásswórd")]
    [InlineData("pin"), InlineData("PIN code"), InlineData("pinCode"), InlineData("card_pin"), InlineData("token"), InlineData("accessToken"),
        InlineData("github_token"), InlineData("refresh-token"), InlineData("bearer"), InlineData("jwt"), InlineData("API token")]
    [InlineData("apiKey"), InlineData("api_key"), InlineData("APIKey"), InlineData("apikey"), InlineData("OPENAI_API_KEY"), InlineData("secret"),
        InlineData("clientSecret"), InlineData("client_secret"), InlineData("AWS secret access key"), InlineData("privateKey"), InlineData("ssh key"),
            InlineData("session cookie")]
    [InlineData("credentials"), InlineData("cardNumber"), InlineData("credit card number"), InlineData("creditCard"), InlineData("cvv"),
        InlineData("CVC"), InlineData("cvv2"), InlineData("security code"), InlineData("otp"), InlineData("one-time code"), InlineData("oneTimeCode"),
            InlineData("one time password")]
    [InlineData("2fa"), InlineData("mfa_code"), InlineData("verificationCode"), InlineData("recovery codes"), InlineData("seed phrase"),
        InlineData("mnemonic"), InlineData("security answer"), InlineData("mother's maiden name")]
    // other languages
    [InlineData("Passwort"), InlineData("Kennwort"), InlineData("Geheimzahl"), InlineData("Kartennummer"), InlineData("Prüfziffer"),
        InlineData("Zugangsdaten"), InlineData("mot de passe"), InlineData("mot_de_passe"), InlineData("clé API"), InlineData("numéro de carte"),
            InlineData("jeton d'accès")]
    [InlineData("contraseña"), InlineData("contrasena"), InlineData("número de tarjeta"), InlineData("senha"), InlineData("código de segurança"),
        InlineData("wachtwoord"), InlineData("lösenord"), InlineData("adgangskode"), InlineData("salasana"), InlineData("hasło"), InlineData("şifre"),
            InlineData("mật khẩu"), InlineData("𝐩𝐚𝐬𝐬𝐰𝐨𝐫𝐝"), InlineData("ⓟⓐⓢⓢⓦⓞⓡⓓ"), InlineData("CONTRASEÑA")]
    [InlineData("пароль"), InlineData("Введите пароль"), InlineData("密码"), InlineData("请输入密码"), InlineData("パスワード"), InlineData("暗証番号"),
        InlineData("비밀번호"), InlineData("كلمة المرور"), InlineData("סיסמה"), InlineData("पासवर्ड"), InlineData("รหัสผ่าน")]
    [Trait("Requirement", "H10")]
    public void NameTitleOrDescription_ThatNamesASecret_IsRefused(string words)
    {
        Assert.Equal("form-asks-for-a-secret", Judge(words, """{"type":"string"}"""));
        Assert.Equal("form-asks-for-a-secret", Judge("a", $"{{\"type\":\"string\",\"title\":{Json(words)}}}"));
        Assert.Equal("form-asks-for-a-secret",
            Judge("a", $"{{\"type\":\"string\",\"description\":{Json("For the deployment we use " + words + " here.")}}}"));
    }

    [Theory]
    [InlineData("email"), InlineData("name"), InlineData("userName"), InlineData("full_name"), InlineData("address"), InlineData("phone"),
        InlineData("birthday"), InlineData("city"), InlineData("postal code"), InlineData("postal pin code"), InlineData("delivery pincode"),
            InlineData("comment")]
    [InlineData("token count"), InlineData("max tokens"), InlineData("tokens"), InlineData("token_limit"), InlineData("tokenSymbol"),
        InlineData("token budget per run"), InlineData("number of tokens"), InlineData("stop token"), InlineData("tokenizer")]
    [InlineData("password policy"), InlineData("password length"), InlineData("passwordManager"), InlineData("password strength"),
        InlineData("passwordless sign-in"), InlineData("compass"), InlineData("passenger"), InlineData("passport country"), InlineData("bypass")]
    [InlineData("secret santa budget"), InlineData("secret name"), InlineData("secretary"), InlineData("keyboard layout"), InlineData("key"),
        InlineData("public key"), InlineData("primary key"), InlineData("keywords"), InlineData("monkey")]
    [InlineData("pin board"), InlineData("pinned"), InlineData("pin color"), InlineData("map pin"), InlineData("spinner"), InlineData("shipping"),
        InlineData("pinterest user"), InlineData("opinion")]
    [InlineData("library card number"), InlineData("business card number of copies"), InlineData("card design"), InlineData("credit card type"),
        InlineData("discount code"), InlineData("country code"), InlineData("zip code"), InlineData("code"), InlineData("error code"),
            InlineData("booking code")]
    [InlineData("branch name"), InlineData("repository"), InlineData("reason"), InlineData("authentication method"), InlineData("author"),
        InlineData("session title"), InlineData("cookie recipe"), InlineData("tangent"), InlineData("standard"),
            InlineData("Please never enter your password here"), InlineData("Do not share your API key")]
    [InlineData("Straße"), InlineData("Stadt"), InlineData("Nachricht"), InlineData("prénom"), InlineData("código postal"), InlineData("имя"),
        InlineData("姓名"), InlineData("住所")]
    public void OrdinaryWords_Pass(string words)
    {
        Assert.Null(Judge(words, """{"type":"string"}"""));
        Assert.Null(Judge("a", $"{{\"type\":\"string\",\"title\":{Json(words)}}}"));
        Assert.Null(Judge("a", $"{{\"type\":\"string\",\"description\":{Json(words)}}}"));
    }

    [Theory]
    [InlineData("passwordPolicyAccepted", """{"type":"boolean"}""")]
    [InlineData("resetPassword", """{"type":"boolean","title":"Reset my password"}""")]
    [InlineData("password", """{"type":"string","enum":["keep","change"]}""")]
    [InlineData("token", """{"type":"string","oneOf":[{"const":"usdc","title":"USDC"}]}""")]
    [InlineData("secrets", """{"type":"array","items":{"type":"string","enum":["a","b"]}}""")]
    [InlineData("password", """{"type":"integer","description":"How many characters a password has"}""")]
    [InlineData("token", """{"type":"number"}""")]
    public void WhatCannotTakeASecret_Passes(string name, string field) => Assert.Null(Judge(name, field));

    [Theory]
    [InlineData("pin", """{"type":"integer"}""")]
    [InlineData("a", """{"type":"number","title":"Card number"}""")]
    [InlineData("otp", """{"type":"integer"}""")]
    [InlineData("a", """{"type":"string","format":"password"}""")]
    [InlineData("token", """{"type":"string","oneOf":[{"const":"a"},{"pattern":".*"}]}""")]
    [InlineData("password", "{}")]
    public void WhatCanTakeOne_IsRefused(string name, string field) => Assert.Equal("form-asks-for-a-secret", Judge(name, field));

    [Theory]
    [InlineData("Please enter your password.", true)]
    [InlineData("To go on, provide the GitHub token", true)]
    [InlineData("Your session has expired! Type your master password to continue", true)]
    [InlineData("Bitte Passwort eingeben", true)]
    [InlineData("Saisissez votre mot de passe", true)]
    [InlineData("请输入密码", true)]
    [InlineData("What is your API key?", true)]
    [InlineData("Your password policy was accepted. What is your name?", false)]
    [InlineData("We changed your password. Please choose a nickname", false)]
    [InlineData("Enter the name of your project", false)]
    [InlineData("How many tokens may this run use? Enter a number", false)]
    [InlineData("Never enter your password here. What is your name?", false)]
    public void MessageThatAsksForASecret_IsRefusedWhereSomethingCanBeTyped(string message, bool refused)
    {
        Assert.Equal(refused ? "form-asks-for-a-secret" : null, Judge("answer", """{"type":"string"}""", message));
        Assert.Null(Judge("answer", """{"type":"boolean"}""", message));
    }

    [Theory]
    // the protocol's reference server
    [InlineData("integer", "Your favorite integer (do not give us your phone number, pin, or other sensitive info)")]
    [InlineData("token", "Token symbol, e.g. ETH")]
    [InlineData("pin", "Postal PIN code of your address")]
    [InlineData("secret", "Name of the Kubernetes secret to restart the pods for (not its value)")]
    [InlineData("note", "Anything we should know; please do not enter your card number, password or PIN")]
    [InlineData("comment", "Never share your API key, token or password")]
    [InlineData("phone", "Mobile number for codes by SMS")]
    [InlineData("coupon", "The coupon code you received by SMS")]
    [InlineData("serial", "Serial number of your YubiKey")]
    public void WhatIsExplainedAsSomethingElse_Passes(string name, string description)
    {
        Assert.Null(Judge(name, $"{{\"type\":\"string\",\"description\":{Json(description)}}}"));
        Assert.Null(Judge(name, $"{{\"type\":\"number\",\"description\":{Json(description)}}}"));
    }

    [Theory]
    [InlineData("answer", "The six digits of your authenticator")]
    [InlineData("answer", "Code from your Authenticator app")]
    [InlineData("answer", "Number that Google Authenticator shows")]
    [InlineData("answer", "Code we texted you")]
    [InlineData("answer", "Die sechs Ziffern aus dem Authenticator")]
    [InlineData("answer", "Der Code aus der SMS")]
    [InlineData("answer", "Les six chiffres de votre Authenticator")]
    [InlineData("answer", "Code reçu par SMS")]
    [InlineData("answer", "Código que enviamos por SMS")]
    [InlineData("answer", "Il codice ricevuto via SMS")]
    [InlineData("answer", "De cijfers van je Authenticator")]
    [InlineData("answer", "Do not worry, enter your PIN")]
    [InlineData("answer", "Do not give your name but your PIN")]
    [InlineData("answer", "Don't forget to type your PIN")]
    [InlineData("answer", "Never share this elsewhere. PIN")]
    [InlineData("answer", "Do not skip: PIN required")]
    [InlineData("answer", "请勿忘记输入密码")]
    [InlineData("answer", "不要输入密码以外的内容")]
    [InlineData("answer", "密码数字")]
    [InlineData("answer", "Не забудьте ввести ПИН-код")]
    [InlineData("answer", "Не имя, а код подтверждения")]
    [InlineData("answer", "認証コードを忘れないで入力してください")]
    [InlineData("answer", "No olvide escribir su PIN")]
    [InlineData("answer", "Ne communiquez que votre code confidentiel")]
    [InlineData("answer", "Longueur et valeur du code secret")]
    [InlineData("answer", "Geben Sie nicht den Namen, sondern die Geheimzahl ein")]
    [InlineData("answer", "Non scrivere altro che il codice segreto")]
    [InlineData("pin", "Do not share it")]
    [InlineData("pin", "Used at the terminal")]
    public void WhatIsAskedForInOtherWords_OrDespiteAWarning_IsRefused(string name, string description)
    {
        Assert.Equal("form-asks-for-a-secret", Judge(name, $"{{\"type\":\"string\",\"description\":{Json(description)}}}"));
        Assert.Equal("form-asks-for-a-secret", Judge(name, $"{{\"type\":\"integer\",\"description\":{Json(description)}}}"));
    }

    [Theory]
    [InlineData("token", "Your API token")]
    [InlineData("token", "Token symbol, or the access token")]
    [InlineData("token", "Paste it here")]
    [InlineData("secret", "The value of the secret")]
    [InlineData("password", "Password policy")]
    [InlineData("value", "p.a.s.s.w.o.r.d")]
    public void AnExplanation_OfSomethingElse_ExcusesNoSecret(string name, string description) =>
        Assert.Equal("form-asks-for-a-secret", Judge(name, $"{{\"type\":\"string\",\"description\":{Json(description)}}}"));

    [Theory]
    [InlineData("""{"type":"object","properties":[]}""", "form-not-flat")]
    [InlineData("""{"type":"object","properties":{"a":7}}""", "form-malformed")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"}}}}""", "form-not-flat")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#/x"}}}""", "form-not-flat")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"string","title":"password"},"properties":{}}""", "form-not-flat")]
    [InlineData("[]", "form-malformed")]
    public void FormsOfAnotherShape_AreRefused(string schema, string reason) => Assert.Equal(reason, JudgeForm("Go", schema));

    [Fact]
    public void LongForms_AreRefused() => Assert.Equal(
        "form-too-long", JudgeForm("Go",
            $"{{\"type\":\"object\",\"properties\":{{{string.Join(',', Enumerable.Range(0, 101).Select(i => $"\"f{i}\":{{\"type\":\"string\"}}"))}}}}}"));

    [Fact]
    public void TextsThatNobodyReads_AreRefused()
    {
        Assert.Equal("form-too-long", Judge("a", $"{{\"type\":\"string\",\"description\":\"{new string('x', 5000)}\"}}"));
        Assert.Equal("form-too-long", Judge("a", """{"type":"string"}""", new string('x', 20_000)));
    }

    [Theory]
    [InlineData("https://login.example.com/start?state=abc&nonce=123&client_id=11112222-3333", null)]
    [InlineData("https://example.com/device?user_code=ABCD-EFGH", null)]
    [InlineData("https://example.com:8443/a/b#section", null)]
    [InlineData("http://example.com/", "url-not-https")]
    [InlineData("http://127.0.0.1:9/", "url-not-https")]
    [InlineData("javascript:alert(1)", "url-not-https")]
    [InlineData("file:///etc/passwd", "url-not-https")]
    [InlineData("https://user:pw@example.com/", "url-with-userinfo")]
    [InlineData("https://@example.com/", "url-with-userinfo")]
    [InlineData("https://example.com\\@evil.example/", "url-not-plain")]
    [InlineData("https://exam ple.com/", "url-not-plain")]
    [InlineData("https://exаmple.com/", "url-not-plain")]
    [InlineData("https://xn--exmple-4nf.com/", "url-host-not-ascii")]
    [InlineData("https://a.XN--80ak6aa92e.com/", "url-host-not-ascii")]
    [InlineData("https://192.168.0.1/", "url-host-is-no-name")]
    [InlineData("https://[::1]/", "url-host-is-no-name")]
    [InlineData("https://2130706433/", "url-host-is-no-name")]
    [InlineData("https://localhost/", "url-host-is-no-name")]
    [InlineData("https://intranet/", "url-host-is-no-name")]
    [InlineData("https://example.com/?token=1", "url-with-credential")]
    [InlineData("https://example.com/?x=1&API-Key=1", "url-with-credential")]
    [InlineData("https://example.com/#access_token=1", "url-with-credential")]
    [InlineData("https://example.com/?%74oken=1", "url-with-credential")]
    [InlineData("https://example.com/v/eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.", "url-with-credential")]
    [InlineData("https://example.com/?login_hint=alice%40example.com", "url-with-personal-data")]
    [Trait("Requirement", "G02")]
    [Trait("Requirement", "G04")]
    [Trait("Requirement", "H12")]
    public void Urls_AreJudgedByWhatTheyAre(string url, string? reason) => Assert.Equal(reason, UrlScan.Refuses(url, development: false));

    [Theory]
    [InlineData("http://127.0.0.1:9/", null)]
    [InlineData("http://localhost:9/", null)]
    [InlineData("http://example.com/", "url-not-https")]
    public void Development_OpensLoopbackAlone(string url, string? reason) => Assert.Equal(reason, UrlScan.Refuses(url, development: true));

    private static string? Judge(string name, string field, string message = "Please fill this in") =>
        JudgeForm(message, $"{{\"type\":\"object\",\"properties\":{{{Json(name)}:{field}}}}}");

    private static string? JudgeForm(string message, string schema)
    {
        var bytes = Encoding.UTF8.GetBytes(
            $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"elicitation/create\",\"params\":{{\"message\":{Json(message)},\"requestedSchema\":{schema}}}}}");
        Assert.True(MessageValidator.TryValidate(bytes, MessageLimits.Default, out var question, out var failure), failure.Fault.ToString());
        return FormScan.Refuses(question.Bytes.Span, question.Range(EnvelopeMember.Params));
    }

    private static string Json(string text) => JsonSerializer.Serialize(text);
}
