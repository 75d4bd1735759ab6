using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace EntraStandIn;

/// <summary>The endpoints at which a person sits: authorization, sign-in, consent, and codes of devices.</summary>
public sealed class SignInEndpoints(Tenant tenant, GrantTable grants, Knobs knobs, string origin, TimeProvider time)
{
    private const string SessionCookie = "EntraStandInSession";

    private readonly Bounded<PendingSignIn> pending = new();
    private readonly Bounded<Person> sessions = new();

    /// <summary>The authorization endpoint.</summary>
    public async Task AuthorizeAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method)) throw new EntraException("invalid_request", 900561, "The endpoint only accepts GET requests.");
        var query = Answers.Once(context.Request.Query);

        // For an unknown client or redirect URI the browser does not return (CWE-601): the server shows a page.
        var id = query.GetValueOrDefault("client_id") ?? throw EntraException.Missing("client_id");
        if (!tenant.Registrations.TryGetValue(id, out var client))
            throw new EntraException("unauthorized_client", 700016, $"Application with identifier '{id}' was not found in the directory '{Tenant.Domain}'.");
        var redirect = query.GetValueOrDefault("redirect_uri") ?? throw EntraException.Missing("redirect_uri");
        var isPublic = client.PublicRedirects.Any(registered => Redirects.Match(registered, redirect));
        if (!isPublic && !client.WebRedirects.Any(registered => Redirects.Match(registered, redirect)))
            throw new EntraException("invalid_request", 50011,
                $"The redirect URI '{redirect}' specified in the request does not match the redirect URIs configured for the application '{client.AppId}'.");

        var mode = query.GetValueOrDefault("response_mode") ?? "query";
        var state = query.GetValueOrDefault("state");
        try
        {
            if (mode is not ("query" or "fragment" or "form_post"))
            {
                mode = "query";
                throw new EntraException("invalid_request", 90023, "The response mode is not supported.");
            }

            await BeginAsync(context, new PendingSignIn
            {
                Client = client,
                Scopes = ScopeRequest.Read(ScopeOf(query), client, tenant, origin),
                RedirectUri = redirect,
                ResponseMode = mode,
                State = state,
                Nonce = query.GetValueOrDefault("nonce"),
                Challenge = ChallengeOf(query),
                IsPublic = isPublic,
                Prompt = query.GetValueOrDefault("prompt"),
                Claims = ClaimsRequest.Read(query.GetValueOrDefault("claims")),
            });
        }
        catch (EntraException fault)
        {
            await ReturnFaultAsync(context, fault, redirect, mode, state);
        }
    }

    /// <summary>The form of the page that asks who signs in.</summary>
    public async Task LoginAsync(HttpContext context)
    {
        var form = await Answers.FormAsync(context);
        var request = Take(form);
        if (!Tenant.People.TryGetValue(form.GetValueOrDefault("account", ""), out var person))
            throw new EntraException("invalid_grant", 50034, "The user account does not exist in the directory.");
        var session = RandomNumberGenerator.GetHexString(32);
        sessions.Set(session, person);
        context.Response.Cookies.Append(SessionCookie, session, new CookieOptions { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Lax });
        await AfterSignInAsync(context, request, person);
    }

    /// <summary>The form of the page that asks for consent.</summary>
    public async Task ConsentAsync(HttpContext context)
    {
        var form = await Answers.FormAsync(context);
        var request = Take(form);
        if (request.Person is null) throw Expired();
        if (form.GetValueOrDefault("answer") != "accept")
        {
            await DeclineAsync(context, request);
            return;
        }

        grants.Consents.Give(request.Client, request.Person, request.Scopes);
        await CompleteAsync(context, request, request.Person);
    }

    /// <summary>The page at which a person enters the code of a device, and its form.</summary>
    public async Task DeviceAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await Pages.DeviceAsync(context);
            return;
        }

        var code = (await Answers.FormAsync(context)).GetValueOrDefault("code", "").Trim().ToUpperInvariant();
        var device = grants.Devices.Find(request => request.UserCode == code && request.End > time.GetUtcNow() && request.Person is null)
            ?? throw new EntraException("bad_verification_code", 70018, "Bad verification code. The user code does not match an expected code.");
        await BeginAsync(context, new PendingSignIn { Client = device.Client, Scopes = device.Scopes, Device = device, Prompt = "select_account" });
    }

    /// <summary>The device authorization endpoint.</summary>
    public async Task DeviceCodeAsync(HttpContext context)
    {
        var form = await Answers.FormAsync(context);
        var id = form.GetValueOrDefault("client_id") ?? throw EntraException.Missing("client_id");
        if (!tenant.Registrations.TryGetValue(id, out var client))
            throw new EntraException("unauthorized_client", 700016, $"Application with identifier '{id}' was not found in the directory '{Tenant.Domain}'.");
        if (!client.AllowsPublicFlows)
            throw new EntraException("invalid_client", 7000218, "The request body must contain the following parameter: 'client_assertion' or "
                + "'client_secret'. (The registration does not allow public client flows.)", 401);
        var deviceCode = GrantTable.NewHandle();
        var userCode = RandomNumberGenerator.GetString("BCDFGHJKLMNPQRSTVWXZ", 9);
        grants.Devices.Set(deviceCode, new DeviceRequest(client, ScopeRequest.Read(ScopeOf(form), client, tenant, origin), userCode,
            time.GetUtcNow() + GrantTable.DeviceLife));
        await Answers.JsonAsync(context, new JsonObject
        {
            ["user_code"] = userCode,
            ["device_code"] = deviceCode,
            ["verification_uri"] = origin + "/device",
            ["expires_in"] = (int)GrantTable.DeviceLife.TotalSeconds,
            ["interval"] = 1,
            ["message"] = $"To sign in, use a web browser to open the page {origin}/device and enter the code {userCode} to authenticate.",
        });
    }

    /// <summary>Ends the sessions of all browsers.</summary>
    public void SignOut() => sessions.Clear();

    private static string ScopeOf(Dictionary<string, string> parameters)
    {
        if (parameters.ContainsKey("resource")) throw new EntraException("invalid_request", 901002, "The 'resource' request parameter is not supported.");
        return parameters.TryGetValue("scope", out var scope) && scope.Length > 0 ? scope : throw EntraException.Missing("scope");
    }

    private static string ChallengeOf(Dictionary<string, string> query)
    {
        if (query.GetValueOrDefault("response_type") != "code")
            throw new EntraException("unsupported_response_type", 70005, "The response type is not supported. The stand-in gives codes only.");
        // Entra demands a proof key of single-page applications alone; the stand-in of every client, because MCP does.
        var challenge = query.GetValueOrDefault("code_challenge")
            ?? throw new EntraException("invalid_request", 9002325, "Proof Key for Code Exchange is required: the parameter 'code_challenge' is missing.");
        return query.GetValueOrDefault("code_challenge_method") == "S256" && challenge.Length == 43 ? challenge
            : throw new EntraException("invalid_request", 501491, "The size of the code challenge or its method is invalid.");
    }

    private async Task BeginAsync(HttpContext context, PendingSignIn request)
    {
        if (knobs.Refusal is { } refusal) throw refusal;
        if (knobs.SignedIn is { } signedIn)
        {
            await CompleteAsync(context, request, signedIn);
            return;
        }

        var known = sessions.TryGet(context.Request.Cookies[SessionCookie], out var person);
        if (request.Prompt is not (null or "" or "none" or "consent" or "login" or "select_account"))
            throw new EntraException("invalid_request", 90023, "The value of the parameter 'prompt' is not supported.");
        if (request.Prompt == "none" && !known)
            throw new EntraException("login_required", 50058, "A silent sign-in request was sent but no user is signed in.");
        if (request.Prompt == "none" && request.Claims.Demands.Count > 0)
            throw new EntraException("interaction_required", 50076, "The demands of the parameter 'claims' need a sign-in with a page.");
        if (known && request.Prompt is not ("login" or "select_account")) await AfterSignInAsync(context, request, person!);
        else await Pages.SignInAsync(context, Keep(request), request.Client);
    }

    private async Task AfterSignInAsync(HttpContext context, PendingSignIn request, Person person)
    {
        if (request.Prompt != "consent" && grants.Consents.Cover(request.Client, person, request.Scopes))
        {
            await CompleteAsync(context, request, person);
            return;
        }

        if (NeedsAdmin(request) is { } permission)
        {
            await RefuseAsync(context, request, new EntraException("access_denied", 90094,
                $"An administrator of {Tenant.Domain} has set a policy that prevents you from granting '{permission}' to {request.Client.DisplayName}."));
            return;
        }

        if (request.Prompt == "none")
        {
            await RefuseAsync(context, request, new EntraException("consent_required", 65001, EntraException.NoConsent(request.Client).Message));
            return;
        }

        request.Person = person;
        await Pages.ConsentAsync(context, Keep(request), request);
    }

    private static string? NeedsAdmin(PendingSignIn request) => request.Scopes.Resources.Where(static api => api.AppId == GraphPermissions.AppId)
        .SelectMany(static api => api.Names)
        .FirstOrDefault(name => GraphPermissions.Delegated[name].NeedsAdmin && !request.Client.AdminConsent.Contains(name));

    private async Task CompleteAsync(HttpContext context, PendingSignIn request, Person person)
    {
        if (request.Device is { } device)
        {
            device.Person = person;
            await Pages.EndAsync(context, "Signed in", "You have signed in on your device. You may now close this window.");
            return;
        }

        var grant = new Grant(request.Client, person, request.Scopes, request.IsPublic, request.Nonce, time.GetUtcNow() + GrantTable.CodeLife)
        { Satisfied = request.Claims.Demands, Capabilities = request.Claims.Capabilities };
        var code = "1." + GrantTable.NewHandle(600); // codes of Entra are long
        grants.Codes.Set(code, new Code(grant, request.RedirectUri, request.Challenge));
        await ReturnAsync(context, request.RedirectUri, request.ResponseMode,
            ("code", code), ("state", request.State), ("session_state", "0013-session"));
    }

    private async Task DeclineAsync(HttpContext context, PendingSignIn request)
    {
        if (request.Device is { } device) device.IsDeclined = true;
        await RefuseAsync(context, request, new EntraException("access_denied", 65004, "User declined to consent to access the app."));
    }

    private Task RefuseAsync(HttpContext context, PendingSignIn request, EntraException fault) => request.Device is not null
        ? Pages.EndAsync(context, "Not signed in", Answers.Description(context, fault, time.GetUtcNow()))
        : ReturnFaultAsync(context, fault, request.RedirectUri, request.ResponseMode, request.State);

    private Task ReturnFaultAsync(HttpContext context, EntraException fault, string redirect, string mode, string? state) => ReturnAsync(
        context, redirect, mode, ("error", fault.Error), ("error_description", Answers.Description(context, fault, time.GetUtcNow())),
        ("error_uri", $"https://login.microsoftonline.com/error?code={fault.Number}"), ("state", state));

    private static Task ReturnAsync(HttpContext context, string redirect, string mode, params (string Name, string? Value)[] answer)
    {
        var present = answer.Where(static pair => pair.Value is not null).Select(static pair => KeyValuePair.Create(pair.Name, pair.Value!)).ToList();
        if (mode == "form_post") return Pages.PostAsync(context, redirect, present);
        var address = QueryHelpers.AddQueryString(redirect, present!);
        if (mode == "fragment") address = $"{redirect}#{address[(redirect.Length + 1)..]}";
        context.Response.Redirect(address);
        return Task.CompletedTask;
    }

    private string Keep(PendingSignIn request)
    {
        var ticket = GrantTable.NewHandle();
        pending.Set(ticket, request);
        return ticket;
    }

    private PendingSignIn Take(Dictionary<string, string> form) =>
        pending.TryTake(form.GetValueOrDefault("ticket"), out var request) ? request : throw Expired();

    private static EntraException Expired() => new("invalid_request", 165000, "The request did not include the required tokens for the user context.");
}
